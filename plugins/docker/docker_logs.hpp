// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <fairlead/log_stream.hpp>

#include "containers.hpp"
#include "engine.hpp"
#include "event_hub.hpp"
#include "log_chunks.hpp"
#include "log_memory.hpp"

namespace fairlead::docker {

/// See `ContainerRuntime::logs`. A followed stream that the engine ends while the container goes on (it
/// was restarted, or the engine was) is taken up again behind the last timestamp.
[[nodiscard]] Result<std::unique_ptr<LogStream>> open_logs(const Call& call, Engine& engine,
                                                           Containers& containers, EventHub& hub,
                                                           const std::string& id,
                                                           const LogOptions& options);

/// The last lines of both streams, for an error; empty where they cannot be had.
[[nodiscard]] std::string last_log_lines(const Call& call, Engine& engine, Containers& containers,
                                         EventHub& hub, const std::string& id, std::uint64_t lines);

class DockerLogs final : public LogStream {
public:
    DockerLogs(Engine& engine, Containers& containers, EventHub& hub, std::string id,
               const LogOptions& options, bool tty);
    ~DockerLogs() override;

    Result<void> open(const Call& call);

private:
    Result<std::optional<LogChunk>> do_next(std::stop_token stop) override;
    std::optional<LogChunk> take_chunk();
    Result<void> read_more(const Call& call);
    Result<void> at_end(const Call& call);
    Result<void> resume(const Call& call);
    Result<Inspection> reach(const Call& call);
    [[nodiscard]] std::string target() const;

    Engine& engine_;
    Containers& containers_;
    EventHub& hub_;
    const std::string id_;
    LogOptions options_;
    const bool tty_;
    std::optional<HttpExchange> exchange_;
    LogChunkDecoder decoder_;
    bool over_ = false;
    /// The container has ended, and only the rest is fetched: the engine may end a followed stream a
    /// little before the last of the output is in it.
    bool last_ = false;
    bool delivered_any_ = false;
    bool delivered_here_ = false;
    bool gap_ = false;
    LogMemory memory_;
};

} // namespace fairlead::docker
