// SPDX-License-Identifier: MIT
#pragma once

#include <fairlead/log_stream.hpp>

#include "engine.hpp"
#include "log_lines.hpp"

namespace fairlead::podman {

/// Reads a container's output through `podman logs`, where its log file is out of reach: of a remote
/// service, or when the log is kept in another way.
class PodmanLogs final : public LogStream {
public:
    /// Errors: those of `Engine::open`.
    static Result<std::unique_ptr<LogStream>> open(Engine& engine, const Call& call,
                                                   const std::string& id, const LogOptions& options);

    PodmanLogs(Process process, std::string id);
    ~PodmanLogs() override;

private:
    Result<std::optional<LogChunk>> do_next(std::stop_token stop) override;
    Result<std::optional<LogChunk>> finish(const Call& call);
    std::optional<LogChunk> take();

    Process process_;
    std::string id_;
    LogLines out_{LogSource::stdout_stream};
    LogLines err_{LogSource::stderr_stream};
    bool ended_ = false;
};

/// The arguments of `podman logs`.
[[nodiscard]] std::vector<std::string> log_arguments(const std::string& id, const LogOptions& options);

} // namespace fairlead::podman
