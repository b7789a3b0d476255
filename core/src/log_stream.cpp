// SPDX-License-Identifier: MIT
#include <fairlead/log_stream.hpp>

#include "guard.hpp"

namespace fairlead {

LogStream::~LogStream() = default;

Result<std::optional<LogChunk>> LogStream::next(std::stop_token stop) {
    return guarded("read logs", "", [&] { return do_next(std::move(stop)); });
}

} // namespace fairlead
