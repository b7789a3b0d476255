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
    Result<bool> catch_up(const Call& call);

    Engine& engine_;
    std::unique_ptr<Process> process_;
    std::string id_;
    /// Where the reading of one stream stands: the latest time, and how much of that time has been
    /// delivered.
    struct Position {
        Timestamp time{};
        std::uint64_t bytes = 0;
    };
    /// One stream: what it delivers lies behind `from`.
    struct Side {
        LogLines lines;
        Position from;
        Position at;
    };
    static std::optional<LogChunk> take(Side& side);

    Side out_{.lines = LogLines(LogSource::stdout_stream), .from = {}, .at = {}};
    Side err_{.lines = LogLines(LogSource::stderr_stream), .from = {}, .at = {}};
    /// How often the end of a followed reading is looked for yet.
    int catching_up_;
    bool delivered_ = false;
    bool ended_ = false;
};

/// The arguments of `podman logs`.
[[nodiscard]] std::vector<std::string> log_arguments(const std::string& id, const LogOptions& options);

} // namespace fairlead::podman
