// SPDX-License-Identifier: MIT
#include "log_reader.hpp"

#include <utility>

#include "call.hpp"

namespace fairlead::fake {

LogReader::LogReader(std::shared_ptr<Engine> engine, std::shared_ptr<Container> container,
                     const LogOptions& options)
    : engine_(std::move(engine)), container_(std::move(container)), at_(container_->log.begin(options)),
      losses_(engine_->losses()) {
    if (!options.follow) {
        end_ = container_->log.chunks.size();
    }
}

LogReader::~LogReader() = default;

Result<std::optional<LogChunk>> LogReader::do_next(std::stop_token stop) {
    Call call(*engine_, "read logs of", container_->name, std::move(stop));
    if (over_) {
        return std::nullopt;
    }
    const auto& chunks = container_->log.chunks;
    const auto available = [&] { return at_.chunk < end_.value_or(chunks.size()); };
    const auto at_end = [&] { return end_.has_value() || is_over(*container_); };
    if (engine_->losses() != losses_) {
        over_ = true;
        return fail(call.error(WaitEnd::interrupted));
    }
    const WaitEnd waited =
        call.wait(&container_->log.readers, std::nullopt, [&] { return available() || at_end(); });
    if (waited != WaitEnd::ready) {
        over_ = waited == WaitEnd::interrupted;
        return fail(call.error(waited));
    }
    if (!available()) {
        over_ = true;
        return std::nullopt;
    }
    LogChunk chunk = chunks[at_.chunk];
    chunk.bytes.erase(0, at_.byte);
    at_ = {.chunk = at_.chunk + 1, .byte = 0};
    return chunk;
}

} // namespace fairlead::fake
