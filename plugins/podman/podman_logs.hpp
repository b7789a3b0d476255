// SPDX-License-Identifier: MIT
#pragma once

#include <fairlead/log_stream.hpp>

#include "engine.hpp"
#include "log_lines.hpp"
#include "log_tail.hpp"
#include "status_json.hpp"

namespace fairlead::podman {

/// Reads a container's output through `podman logs`.
class PodmanLogs final : public LogStream {
public:
    /// Errors: those of `Engine::open`.
    static Result<std::unique_ptr<LogStream>>
    open(Engine& engine, const Call& call, const Inspection& container, const LogOptions& options);

    PodmanLogs(Engine& engine, Process process, std::string id, TailMark mark, bool follow);
    ~PodmanLogs() override;

private:
    Result<std::optional<LogChunk>> do_next(std::stop_token stop) override;
    Result<std::optional<LogChunk>> finish(const Call& call);
    std::optional<LogChunk> take();
    void remember(const LogChunk& chunk);
    Result<bool> catch_up(const Call& call);

    Engine& engine_;
    std::unique_ptr<Process> process_;
    std::string id_;
    TailMark mark_;
    /// Where the reading stands: the latest time, and what of it has been delivered.
    TailMark last_;
    /// A followed reading may end before all has been read, so that the rest is still to be fetched.
    bool may_lack_end_;
    LogLines out_{LogSource::stdout_stream};
    LogLines err_{LogSource::stderr_stream};
    bool ended_ = false;
};

/// The arguments of `podman logs`.
[[nodiscard]] std::vector<std::string> log_arguments(const std::string& id, const LogOptions& options);

} // namespace fairlead::podman
