// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <fairlead/log_stream.hpp>

#include "engine.hpp"

namespace fairlead::fake {

/// Reads one container's output. The container stays readable to it after its removal.
class LogReader final : public LogStream {
public:
    /// Under the engine's lock.
    LogReader(std::shared_ptr<Engine> engine, std::shared_ptr<Container> container,
              const LogOptions& options);
    ~LogReader() override;

private:
    Result<std::optional<LogChunk>> do_next(std::stop_token stop) override;

    std::shared_ptr<Engine> engine_;
    std::shared_ptr<Container> container_;
    LogBuffer::Position at_;
    /// Where to end; absent: follow.
    std::optional<std::size_t> end_;
    std::uint64_t losses_;
    bool over_ = false;
};

} // namespace fairlead::fake
