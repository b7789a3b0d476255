// SPDX-License-Identifier: MIT
#include "wait_context.hpp"

#include <utility>

#include <fmt/format.h>

#include <fairlead/time.hpp>

namespace fairlead {
namespace {

constexpr std::uint64_t attached_lines = 20;

} // namespace

Error WaitContext::error(Errc code, std::string message) const {
    return {.code = code, .operation = "wait for", .subject = name, .message = std::move(message)};
}

Error WaitContext::exited(const ContainerStatus& status, std::string_view awaited) const {
    return error(Errc::exited,
                 fmt::format("exited with code {}{} while waiting for {}", status.exit_code.value_or(-1),
                             status.oom_killed ? " (out of memory)" : "", awaited));
}

Error WaitContext::over(std::string_view awaited, std::string_view seen) const {
    if (scope.caller().stop_requested()) {
        return error(Errc::cancelled, "cancelled");
    }
    return error(Errc::timeout, fmt::format("waited {} for {}{}{}", format_duration(scope.timeout()),
                                            awaited, seen.empty() ? "" : "; seen last: ", seen));
}

void WaitContext::attach_last_log_lines(Error& error) const {
    const auto stream = runtime.logs(id, {.follow = false, .tail = attached_lines}, scope.caller());
    if (!stream) {
        return;
    }
    std::string text;
    for (auto chunk = (*stream)->next(scope.caller()); chunk && *chunk;
         chunk = (*stream)->next(scope.caller())) {
        text += (*chunk)->bytes;
    }
    if (!text.empty()) {
        error.attachments.push_back({.title = "last log lines", .text = std::move(text)});
    }
}

} // namespace fairlead
