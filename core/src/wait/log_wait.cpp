// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <deque>
#include <map>
#include <stdexcept>
#include <string>

#include <boost/regex.hpp>
#include <fmt/format.h>

#include "../pause.hpp"
#include "wait_context.hpp"

namespace fairlead {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t attached_lines = 20;
/// Of a longer line, only the beginning is looked at: memory is bounded.
constexpr std::size_t longest_line = 64UL << 10U;
/// Between the end of one stream and the next, when the engine starts the container again.
constexpr std::chrono::milliseconds reopening_pause = 100ms;

/// Puts the chunks of both streams together to lines and counts those that match.
class LineMatcher {
public:
    explicit LineMatcher(const LogLine& condition)
        : pattern_(condition.pattern), times_(condition.times) {}

    void add(const LogChunk& chunk) {
        if (chunk.source == LogSource::gap) {
            return;
        }
        std::string& line = unfinished_[chunk.source];
        for (const char c : chunk.bytes) {
            if (c == '\n') {
                finish(line);
            } else if (line.size() < longest_line) {
                line += c;
            }
        }
    }

    /// The last line may have no newline.
    void end() {
        for (auto& [source, line] : unfinished_) {
            if (!line.empty()) {
                finish(line);
            }
        }
    }

    [[nodiscard]] bool satisfied() const { return matches_ >= times_; }

    void attach_last_lines(Error& error) const {
        if (!last_lines_.empty()) {
            error.attachments.push_back(
                {.title = "last log lines", .text = fmt::format("{}", fmt::join(last_lines_, "\n"))});
        }
    }

private:
    void finish(std::string& line) {
        if (line.ends_with('\r')) {
            line.pop_back();
        }
        if (boost::regex_search(line, pattern_)) {
            ++matches_;
        }
        last_lines_.push_back(std::move(line));
        line.clear();
        if (last_lines_.size() > attached_lines) {
            last_lines_.pop_front();
        }
    }

    const boost::regex pattern_;
    const int times_;
    int matches_ = 0;
    std::map<LogSource, std::string> unfinished_;
    std::deque<std::string> last_lines_;
};

/// Reads to the end of what the container writes in this run of its process, or up to the match.
Result<void> read_output(const WaitContext& context, LineMatcher& matcher) {
    const std::stop_token stop = context.scope.token();
    const auto stream = context.runtime.logs(context.id, {.follow = true}, stop);
    if (!stream) {
        return std::unexpected(stream.error());
    }
    while (!matcher.satisfied()) {
        auto chunk = (*stream)->next(stop);
        if (!chunk) {
            return std::unexpected(std::move(chunk.error()));
        }
        if (!*chunk) {
            matcher.end();
            return {};
        }
        matcher.add(**chunk);
    }
    return {};
}

Error with_lines(Error error, const LineMatcher& matcher) {
    matcher.attach_last_lines(error);
    return error;
}

Result<void> read_until_matched(const WaitContext& context, const LogLine& condition,
                                std::string_view awaited) {
    for (;;) {
        // From the first line on, each time: the engine keeps the output of earlier runs.
        LineMatcher matcher(condition);
        auto read = read_output(context, matcher);
        if (matcher.satisfied()) {
            return {};
        }
        if (!context.scope.token().stop_requested()) {
            if (!read) {
                return read;
            }
            const auto status = context.runtime.inspect(context.id, context.scope.caller());
            if (!status) {
                return std::unexpected(status.error());
            }
            if (status->state == ContainerState::stopped) {
                return fail(with_lines(context.exited(*status, awaited), matcher));
            }
            if (pause(reopening_pause, context.scope.token())) {
                continue;
            }
        }
        return fail(with_lines(context.over(awaited, {}), matcher));
    }
}

} // namespace

Result<void> await_log_line(const WaitContext& context, const LogLine& condition,
                            std::string_view awaited) {
    try {
        return read_until_matched(context, condition, awaited);
    } catch (const std::runtime_error& thrown) {
        // Boost.Regex gives up on what would take it for ever.
        return fail(context.error(Errc::invalid_spec,
                                  fmt::format("the pattern \"{}\" does not work on this output: {}",
                                              condition.pattern, thrown.what())));
    }
}

} // namespace fairlead
