// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <string>

#include <fmt/format.h>

#include "../pause.hpp"
#include "wait_context.hpp"

namespace fairlead {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds first_retry = 25ms;
constexpr std::chrono::milliseconds longest_retry = 500ms;

bool is_running(ContainerState state) {
    return state == ContainerState::running || state == ContainerState::healthy ||
           state == ContainerState::unhealthy;
}

Error unpublished(const WaitContext& context, std::uint16_t port, const ContainerStatus& status) {
    const std::string published = to_string(status.ports);
    Error error =
        context.error(Errc::invalid_spec, fmt::format("it does not publish port {}/tcp; published: {}",
                                                      port, published.empty() ? "none" : published));
    error.hint = fmt::format("Add \"{}\" to the service's ports.", port);
    return error;
}

Error given_up(const WaitContext& context, std::string_view awaited, std::string_view seen) {
    const auto status = context.follower->status();
    const bool cancelled = context.scope.caller().stop_requested();
    if (!cancelled && !status) {
        return status.error();
    }
    const bool exited = !cancelled && status->state == ContainerState::stopped;
    Error error = exited ? context.exited(*status, awaited) : context.over(awaited, seen);
    context.attach_last_log_lines(error);
    return error;
}

} // namespace

Result<void> await_port(WaitContext& context, std::uint16_t container_port, std::string_view awaited,
                        const PortProbe& probe) {
    const std::stop_token stop = context.scope.token();
    if (!context.follower) {
        context.follower = std::make_unique<ContainerFollower>(context.runtime, context.id,
                                                               [&scope = context.scope] { scope.end(); });
        if (auto opened = context.follower->open(stop); !opened) {
            return stop.stop_requested() ? fail(context.over(awaited, {})) : opened;
        }
    }
    std::string seen;
    for (auto retry = first_retry; !stop.stop_requested(); retry = std::min(retry * 2, longest_retry)) {
        const auto status = context.follower->status();
        if (!status) {
            break;
        }
        if (const auto endpoint = find_endpoint(status->ports, container_port)) {
            auto instead = probe(*endpoint, stop);
            if (!instead) {
                return {};
            }
            if (!stop.stop_requested()) {
                seen = std::move(*instead);
            }
        } else if (is_running(status->state)) {
            return fail(unpublished(context, container_port, *status));
        } else {
            seen = fmt::format("port {}/tcp is not published yet", container_port);
        }
        std::ignore = pause(retry, stop);
    }
    return fail(given_up(context, awaited, seen));
}

} // namespace fairlead
