// SPDX-License-Identifier: MIT
#include "docker_logs.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "common/pause.hpp"
#include "common_names.hpp"

namespace fairlead::docker {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds first_pause{100};
constexpr milliseconds longest_pause{2000};
/// How long a restarting engine is waited for before it counts as lost for good.
constexpr std::chrono::seconds patience{30};
constexpr std::size_t attached_limit = 16UL * 1024;

} // namespace

DockerLogs::DockerLogs(Engine& engine, Containers& containers, EventHub& hub, std::string id,
                       const LogOptions& options, bool tty)
    : engine_(engine), containers_(containers), hub_(hub), id_(std::move(id)), options_(options),
      tty_(tty), decoder_(tty) {}

DockerLogs::~DockerLogs() = default;

std::string DockerLogs::target() const {
    std::string text = fmt::format("/containers/{}/logs?stdout=1&stderr=1&timestamps=1&follow={}", id_,
                                   options_.follow && !last_ ? 1 : 0);
    if (options_.tail) {
        text += fmt::format("&tail={}", *options_.tail);
    }
    if (options_.since) {
        const auto seconds = std::chrono::floor<std::chrono::seconds>(*options_.since);
        text += fmt::format("&since={}.{:09}", seconds.time_since_epoch().count(),
                            (*options_.since - seconds).count());
    }
    return text;
}

Result<void> DockerLogs::open(const Call& call) {
    exchange_.reset();
    decoder_ = LogChunkDecoder(tty_);
    delivered_here_ = false;
    Result<HttpExchange> opened = engine_.open(call, {.target = target()}, engine_.ordinary_deadline());
    if (!opened) {
        return std::unexpected(std::move(opened.error()));
    }
    exchange_.emplace(std::move(*opened));
    return {};
}

Result<std::optional<LogChunk>> DockerLogs::do_next(std::stop_token stop) {
    const Call call{.operation = "read logs of", .subject = id_, .stop = std::move(stop)};
    while (!over_) {
        if (std::optional<LogChunk> chunk = take_chunk()) {
            return chunk;
        }
        if (!exchange_ && (!options_.follow || last_)) {
            over_ = true;
            break;
        }
        Result<void> more = exchange_ ? read_more(call) : resume(call);
        if (!more) {
            over_ = more.error().code != Errc::cancelled;
            return std::unexpected(std::move(more.error()));
        }
    }
    return std::optional<LogChunk>{};
}

std::optional<LogChunk> DockerLogs::take_chunk() {
    if (std::exchange(gap_, false)) {
        return LogChunk{.source = LogSource::gap,
                        .timestamp = {},
                        .bytes = "the engine was out of reach; output may be missing here"};
    }
    while (std::optional<LogChunk> chunk = decoder_.next()) {
        if (memory_.keep_new(*chunk)) {
            delivered_any_ = true;
            delivered_here_ = true;
            memory_.delivered(*chunk);
            return chunk;
        }
    }
    return std::nullopt;
}

Result<void> DockerLogs::read_more(const Call& call) {
    if (decoder_.engine_error()) {
        return call.failed(Errc::engine_failed, *decoder_.engine_error());
    }
    if (decoder_.broken()) {
        return call.failed(Errc::protocol, "the engine's log stream makes no sense");
    }
    // What is not followed is there already, so an engine that sends nothing hangs.
    const Clock::time_point deadline =
        options_.follow && !last_ ? no_deadline : engine_.ordinary_deadline();
    const Result<std::optional<std::string>> piece = exchange_->read(call, deadline);
    if (!piece) {
        Error error = engine_.silent(piece.error());
        if (error.code == Errc::unavailable && piece.error().code == Errc::unavailable) {
            error.code = Errc::protocol;
            error.message = "the log stream broke off: " + error.message;
        }
        return std::unexpected(std::move(error));
    }
    if (*piece) {
        decoder_.feed(**piece);
        return {};
    }
    return at_end(call);
}

Result<void> DockerLogs::at_end(const Call& call) {
    // Without frames an unfinished line is the end of the output; it is still to be taken.
    decoder_.finish();
    if (!tty_ && !decoder_.at_boundary()) {
        return call.failed(Errc::protocol, "the log stream breaks off in the middle of a frame");
    }
    exchange_.reset();
    return {};
}

/// The followed stream has ended cleanly: because the container has ended, or because the engine has.
Result<void> DockerLogs::resume(const Call& call) {
    const std::unique_ptr<EventHub::Subscription> news = hub_.subscribe(id_);
    for (;;) {
        news->clear();
        const Result<Inspection> container = reach(call);
        if (!container) {
            if (container.error().code == Errc::not_found) {
                over_ = true;
                return {};
            }
            return std::unexpected(container.error());
        }
        if (!container->restarting) {
            last_ = !container->running;
            break;
        }
        if (Result<void> connected = hub_.ensure_connected(call); !connected) {
            return connected;
        }
        // Looked again once connected, since news before that were nobody's.
        const Result<Inspection> again = containers_.inspect(call, id_);
        if (again && again->restarting) {
            news->wait(call.stop, no_deadline);
        }
        if (call.stop.stop_requested()) {
            return call.failed(Errc::cancelled, "it was cancelled");
        }
    }
    if (!last_ && !delivered_here_ && !pause(first_pause, call.stop)) {
        return call.failed(Errc::cancelled, "it was cancelled");
    }
    if (delivered_any_) {
        if (last_ && !memory_.since()) {
            over_ = true;
            return {};
        }
        options_.tail = memory_.since() ? std::nullopt : std::optional<std::uint64_t>(0);
        options_.since = memory_.since();
        gap_ = !memory_.since();
        memory_.replay();
    }
    return open(call);
}

/// Inspects, with patience for an engine that is being restarted.
Result<Inspection> DockerLogs::reach(const Call& call) {
    const Clock::time_point limit = deadline_in(patience);
    for (milliseconds wait = first_pause;; wait = std::min(wait * 2, longest_pause)) {
        Result<Inspection> container = containers_.inspect(call, id_);
        if (container || container.error().code != Errc::unavailable || Clock::now() + wait > limit) {
            return container;
        }
        if (!pause(wait, call.stop)) {
            return call.failed(Errc::cancelled, "it was cancelled");
        }
    }
}

Result<std::unique_ptr<LogStream>> open_logs(const Call& call, Engine& engine, Containers& containers,
                                             EventHub& hub, const std::string& id,
                                             const LogOptions& options) {
    const Result<Inspection> container = containers.inspect(call, id);
    if (!container) {
        return std::unexpected(container.error());
    }
    auto logs = std::make_unique<DockerLogs>(engine, containers, hub, id, options, container->tty);
    if (Result<void> opened = logs->open(call); !opened) {
        return std::unexpected(std::move(opened.error()));
    }
    return logs;
}

std::string last_log_lines(const Call& call, Engine& engine, Containers& containers, EventHub& hub,
                           const std::string& id, std::uint64_t lines) {
    std::string text;
    Result<std::unique_ptr<LogStream>> logs =
        open_logs(call, engine, containers, hub, id, {.follow = false, .tail = lines, .since = {}});
    while (logs) {
        const Result<std::optional<LogChunk>> chunk = (*logs)->next(call.stop);
        if (!chunk || !*chunk) {
            break;
        }
        text += (*chunk)->bytes;
        if (text.size() > attached_limit) {
            text.erase(0, text.size() - attached_limit);
        }
    }
    return text;
}

} // namespace fairlead::docker
