// SPDX-License-Identifier: MIT
#include "docker_events.hpp"

#include <utility>

#include "events_json.hpp"

namespace fairlead::docker {

DockerEvents::DockerEvents(Engine& engine, std::string label, std::string subject)
    : engine_(engine), label_(std::move(label)), subject_(std::move(subject)) {}

DockerEvents::~DockerEvents() = default;

Result<void> DockerEvents::connect(std::stop_token stop) {
    const Call call{.operation = "watch", .subject = subject_, .stop = std::move(stop)};
    exchange_.reset();
    splitter_ = {};
    // The engine sends the headers once it has subscribed.
    Result<HttpExchange> opened =
        engine_.open(call, {.target = events_target(label_)}, engine_.ordinary_deadline());
    if (!opened) {
        return std::unexpected(std::move(opened.error()));
    }
    exchange_.emplace(std::move(*opened));
    return {};
}

Result<ContainerEvent> DockerEvents::next(std::stop_token stop) {
    const Call call{.operation = "watch", .subject = subject_, .stop = std::move(stop)};
    if (!exchange_) {
        return call.failed(Errc::unavailable, "there is no subscription");
    }
    const auto lost = [&](Error error) {
        exchange_.reset();
        return std::unexpected(std::move(error));
    };
    for (;;) {
        while (const std::optional<std::string> object = splitter_.next()) {
            const std::optional<Json> json = parse_json(*object);
            if (!json) {
                return lost(call.error(Errc::protocol, "an event is not JSON"));
            }
            if (std::optional<ContainerEvent> event = read_event(*json)) {
                return std::move(*event);
            }
        }
        if (splitter_.broken()) {
            return lost(call.error(Errc::protocol, "the engine's events make no sense"));
        }
        const Result<std::optional<std::string>> piece = exchange_->read(call);
        if (!piece) {
            return piece.error().code == Errc::cancelled ? std::unexpected(piece.error())
                                                         : lost(piece.error());
        }
        if (!*piece) {
            return lost(call.error(Errc::unavailable, "the engine has ended the subscription",
                                   "It has probably stopped or is restarting."));
        }
        splitter_.feed(**piece);
    }
}

} // namespace fairlead::docker
