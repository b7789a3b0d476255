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
    TailMark mark;
    if (options.tail && !engine.is_remote()) {
        if (const auto found = find_tail(container.log_file, *options.tail)) {
            asked.tail.reset();
            const bool later = options.since && *options.since > found->since;
            mark = later ? TailMark{} : *found;
            asked.since = later ? options.since : found->since;
        }
    }
    const std::string& id = container.status.id.value();
    Result<Process> process =
        engine.open(call, {.arguments = log_arguments(id, asked), .dies_with_us = true});
    if (!process) {
        return std::unexpected(std::move(process.error()));
    }
    return std::make_unique<PodmanLogs>(engine, std::move(*process), id, mark, options.follow);
}

PodmanLogs::PodmanLogs(Engine& engine, Process process, std::string id, TailMark mark, bool follow)
    : engine_(engine), process_(std::make_unique<Process>(std::move(process))), id_(std::move(id)),
      mark_(mark), last_(mark), may_lack_end_(follow) {}
PodmanLogs::~PodmanLogs() = default;

/// The next stretch, without what lies before the last lines that were asked for.
std::optional<LogChunk> PodmanLogs::take() {
    for (LogLines* lines : {&out_, &err_}) {
        std::uint64_t& skip = lines == &out_ ? mark_.skip_stdout : mark_.skip_stderr;
        while (auto chunk = lines->take()) {
            if (skip > 0 && chunk->timestamp == mark_.since) {
                const std::uint64_t cut = std::min<std::uint64_t>(skip, chunk->bytes.size());
                skip -= cut;
                chunk->bytes.erase(0, cut);
            }
            if (!chunk->bytes.empty()) {
                remember(*chunk);
                return chunk;
            }
        }
    }
    return std::nullopt;
}

void PodmanLogs::remember(const LogChunk& chunk) {
    const Timestamp time = chunk.timestamp.value_or(Timestamp{});
    if (time > last_.since) {
        last_ = {.since = time};
    }
    if (time == last_.since) {
        (chunk.source == LogSource::stderr_stream ? last_.skip_stderr : last_.skip_stdout) +=
            chunk.bytes.size();
    }
}

/// Podman's following ends with the container, at times before it has read all of a busy one's log. The
/// log is one file, so all that is missing comes after what was read last.
Result<bool> PodmanLogs::catch_up(const Call& call) {
    if (!std::exchange(may_lack_end_, false)) {
        return false;
    }
    LogOptions rest;
    if (last_.since != Timestamp{}) {
        rest.since = last_.since;
    }
    Result<Process> process =
        engine_.open(call, {.arguments = log_arguments(id_, rest), .dies_with_us = true});
    if (!process) {
        return std::unexpected(std::move(process.error()));
    }
    process_ = std::make_unique<Process>(std::move(*process));
    mark_ = last_;
    out_ = LogLines(LogSource::stdout_stream);
    err_ = LogLines(LogSource::stderr_stream);
    return true;
}

Result<std::optional<LogChunk>> PodmanLogs::finish(const Call& call) {
    out_.flush();
    err_.flush();
    ended_ = true;
    if (auto chunk = take()) {
        return chunk;
    }
    Finished finished{.ending = process_->ending(), .out = {}, .err = err_.diagnostics()};
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
        const bool waits = out_.holds_back() || err_.holds_back();
        Result<std::optional<Piece>> piece =
            process_->next(call, waits ? deadline_in(held_back) : no_deadline);
        if (!piece && piece.error().code == Errc::timeout) {
            for (LogLines* lines : {&out_, &err_}) {
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
            out_.flush();
            err_.flush();
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
        LogLines& lines = (*piece)->from_stderr ? err_ : out_;
        lines.feed((*piece)->bytes, std::chrono::system_clock::now());
    }
}

} // namespace fairlead::podman
