// SPDX-License-Identifier: MIT
#include "podman_logs.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <fairlead/time.hpp>

#include "engine_error.hpp"

namespace fairlead::podman {
namespace {

/// How long what looks like the beginning of a timestamp waits for the rest of it, which podman writes in
/// one go.
constexpr std::chrono::milliseconds held_back{500};

constexpr int most_catching_up = 5;
constexpr std::chrono::seconds looked_back{60};

} // namespace

std::vector<std::string> log_arguments(const std::string& id, const LogOptions& options) {
    std::vector<std::string> arguments = {"logs", "--timestamps"};
    if (options.follow) {
        arguments.emplace_back("--follow");
    }
    if (options.tail) {
        arguments.push_back(fmt::format("--tail={}", *options.tail));
    }
    if (options.since) {
        // Podman takes what is later, the contract also what is at that time.
        arguments.push_back("--since=" + format_timestamp(*options.since - std::chrono::nanoseconds(1)));
    }
    arguments.emplace_back("--");
    arguments.push_back(id);
    return arguments;
}

Result<std::unique_ptr<LogStream>> PodmanLogs::open(Engine& engine, const Call& call,
                                                    const Inspection& container,
                                                    const LogOptions& options) {
    LogOptions asked = options;
    TailMark mark{.since = options.since.value_or(Timestamp{})};
    if (options.tail && !engine.is_remote()) {
        if (const auto found = find_tail(container.log_file, *options.tail)) {
            asked.tail.reset();
            const bool later = options.since && *options.since > found->since;
            mark = later ? mark : *found;
            asked.since = mark.since;
        }
    }
    const std::string& id = container.status.id.value();
    Result<Process> process =
        engine.open(call, {.arguments = log_arguments(id, asked), .dies_with_us = true});
    if (!process) {
        return std::unexpected(std::move(process.error()));
    }
    return std::make_unique<PodmanLogs>(engine, std::move(*process), id, mark,
                                        // What podman counted as the last lines is not known.
                                        options.follow && !asked.tail);
}

PodmanLogs::PodmanLogs(Engine& engine, Process process, std::string id, TailMark mark, bool follow)
    : engine_(engine), process_(std::make_unique<Process>(std::move(process))), id_(std::move(id)),
      catching_up_(follow ? most_catching_up : 0) {
    out_.from = out_.at = {.time = mark.since, .bytes = mark.skip_stdout};
    err_.from = err_.at = {.time = mark.since, .bytes = mark.skip_stderr};
}
PodmanLogs::~PodmanLogs() = default;

std::optional<LogChunk> PodmanLogs::take(Side& side) {
    while (auto chunk = side.lines.take()) {
        const Timestamp time = chunk->timestamp.value_or(Timestamp{});
        if (time < side.from.time) {
            continue;
        }
        if (time == side.from.time) {
            const std::uint64_t cut = std::min<std::uint64_t>(side.from.bytes, chunk->bytes.size());
            side.from.bytes -= cut;
            chunk->bytes.erase(0, cut);
        }
        if (chunk->bytes.empty()) {
            continue;
        }
        if (time > side.at.time) {
            side.at = {.time = time};
        }
        side.at.bytes += time == side.at.time ? chunk->bytes.size() : 0;
        return chunk;
    }
    return std::nullopt;
}

/// The next stretch, without what has been delivered and what lies before the lines that were asked for.
std::optional<LogChunk> PodmanLogs::take() {
    for (Side* side : {&out_, &err_}) {
        if (auto chunk = take(*side)) {
            delivered_ = true;
            return chunk;
        }
    }
    return std::nullopt;
}

/// Podman's following ends with the container, at times before it has read all of a busy one's log. So it
/// is read once more from where each stream stands, until nothing comes. A stream that was silent is not
/// searched from its beginning.
Result<bool> PodmanLogs::catch_up(const Call& call) {
    if (catching_up_ == 0 || (catching_up_ < most_catching_up && !delivered_)) {
        return false;
    }
    --catching_up_;
    delivered_ = false;
    const Timestamp latest = std::max(out_.at.time, err_.at.time);
    LogOptions rest;
    if (latest != Timestamp{}) {
        rest.since = std::max(std::min(out_.at.time, err_.at.time), latest - looked_back);
    }
    Result<Process> process =
        engine_.open(call, {.arguments = log_arguments(id_, rest), .dies_with_us = true});
    if (!process) {
        return std::unexpected(std::move(process.error()));
    }
    process_ = std::make_unique<Process>(std::move(*process));
    out_ = {.lines = LogLines(LogSource::stdout_stream), .from = out_.at, .at = out_.at};
    err_ = {.lines = LogLines(LogSource::stderr_stream), .from = err_.at, .at = err_.at};
    return true;
}

Result<std::optional<LogChunk>> PodmanLogs::finish(const Call& call) {
    out_.lines.flush();
    err_.lines.flush();
    ended_ = true;
    if (auto chunk = take()) {
        return chunk;
    }
    Finished finished{.ending = process_->ending(), .out = {}, .err = err_.lines.diagnostics()};
    if (finished.ending.code == 0) {
        return std::nullopt;
    }
    Error error = engine_error(call, finished);
    if (error.code == Errc::not_found) {
        // Removed while it was being read: that is the end of it.
        return std::nullopt;
    }
    error.code = Errc::unavailable;
    return std::unexpected(std::move(error));
}

Result<std::optional<LogChunk>> PodmanLogs::do_next(std::stop_token stop) {
    const Call call{.operation = "read logs of", .subject = id_, .stop = std::move(stop)};
    for (;;) {
        if (auto chunk = take()) {
            return chunk;
        }
        if (ended_) {
            return std::nullopt;
        }
        const bool waits = out_.lines.holds_back() || err_.lines.holds_back();
        Result<std::optional<Piece>> piece =
            process_->next(call, waits ? deadline_in(held_back) : no_deadline);
        if (!piece && piece.error().code == Errc::timeout) {
            for (LogLines* lines : {&out_.lines, &err_.lines}) {
                if (lines->holds_back()) {
                    lines->flush();
                }
            }
            continue;
        }
        if (!piece) {
            return std::unexpected(std::move(piece.error()));
        }
        if (!*piece) {
            out_.lines.flush();
            err_.lines.flush();
            if (auto chunk = take()) {
                return chunk;
            }
            if (process_->ending().code == 0) {
                const Result<bool> more = catch_up(call);
                if (!more) {
                    return std::unexpected(more.error());
                }
                if (*more) {
                    continue;
                }
            }
            return finish(call);
        }
        LogLines& lines = (*piece)->from_stderr ? err_.lines : out_.lines;
        lines.feed((*piece)->bytes, std::chrono::system_clock::now());
    }
}

} // namespace fairlead::podman
