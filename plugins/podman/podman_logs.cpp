// SPDX-License-Identifier: MIT
#include "podman_logs.hpp"

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
                                                    const std::string& id, const LogOptions& options) {
    Result<Process> process =
        engine.open(call, {.arguments = log_arguments(id, options), .dies_with_us = true});
    if (!process) {
        return std::unexpected(std::move(process.error()));
    }
    return std::make_unique<PodmanLogs>(std::move(*process), id);
}

PodmanLogs::PodmanLogs(Process process, std::string id)
    : process_(std::move(process)), id_(std::move(id)) {}
PodmanLogs::~PodmanLogs() = default;

std::optional<LogChunk> PodmanLogs::take() {
    for (LogLines* lines : {&out_, &err_}) {
        if (auto chunk = lines->take()) {
            return chunk;
        }
    }
    return std::nullopt;
}

Result<std::optional<LogChunk>> PodmanLogs::finish(const Call& call) {
    out_.flush();
    err_.flush();
    ended_ = true;
    if (auto chunk = take()) {
        return chunk;
    }
    Finished finished{.ending = process_.ending(), .out = {}, .err = err_.diagnostics()};
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
            process_.next(call, waits ? deadline_in(held_back) : no_deadline);
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
            return finish(call);
        }
        LogLines& lines = (*piece)->from_stderr ? err_ : out_;
        lines.feed((*piece)->bytes, std::chrono::system_clock::now());
    }
}

} // namespace fairlead::podman
