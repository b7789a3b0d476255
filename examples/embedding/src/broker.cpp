// SPDX-License-Identifier: MIT
#include "broker.hpp"

#include <thread>
#include <utility>

#include <fairlead/lifecycle_events.hpp>
#include <fairlead/stack_file.hpp>
#include <fairlead/sweep.hpp>

namespace broker {
namespace {

/// `web healthy: 127.0.0.1:8080->80/tcp`
std::string describe(const fairlead::LifecycleEvent& event) {
    std::string line =
        event.service.empty() ? "engine" : event.service + " " + std::string(to_string(event.state));
    if (!event.message.empty()) {
        line += ": " + event.message;
    }
    return line;
}

/// The first service that is not as it should be.
fairlead::Result<void> check(const fairlead::LifecycleManager& manager) {
    for (const fairlead::ServiceView& view : manager.snapshot()) {
        if (view.state == fairlead::ServiceState::failed) {
            return fairlead::fail({.code = fairlead::Errc::exited,
                                   .operation = "attend",
                                   .subject = view.service,
                                   .message = "exited with code " +
                                              std::to_string(view.exit_code.value_or(-1)) +
                                              " while the environment was lent out"});
        }
    }
    return {};
}

} // namespace

Broker::Broker(BrokerConfig config, std::shared_ptr<fairlead::ContainerRuntime> runtime, Print print)
    : config_(std::move(config)), runtime_(std::move(runtime)), print_(std::move(print)) {}

fairlead::Result<void> Broker::run(std::stop_token stop) {
    // What brokers that were killed have left behind.
    if (const auto swept = fairlead::sweep(*runtime_, config_.project, {}, stop)) {
        for (const std::string& project : *swept) {
            print_("swept " + project);
        }
    }
    auto environment = bring_up(stop);
    if (!environment) {
        const bool interrupted = environment.error().code == fairlead::Errc::cancelled &&
                                 environment.error().cleanup_failures.empty();
        return interrupted ? fairlead::Result<void>{} : std::unexpected(environment.error());
    }
    print_endpoints(*environment);
    auto attended = attend(environment->manager(), stop);
    // Not cancellable: the request to stop is why it is done.
    if (auto down = environment->down(); !down && attended) {
        return down;
    }
    print_("down " + environment->project());
    return attended;
}

fairlead::Result<fairlead::RunningStack> Broker::bring_up(std::stop_token stop) {
    const auto file = fairlead::read_stack_file(
        config_.stack, {.project = fairlead::unique_project(config_.project), .environment = {}});
    if (!file) {
        return std::unexpected(file.error());
    }
    return fairlead::RunningStack::up(
        file->stack, runtime_,
        {.waits = config_.ready,
         .remove_volumes = true,
         .on_down_failure = [this](const fairlead::Error& error) { print_(to_string(error)); }},
        std::move(stop));
}

void Broker::print_endpoints(const fairlead::RunningStack& environment) const {
    print_("up " + environment.project());
    for (const fairlead::ServiceView& view : environment.manager().snapshot()) {
        for (const fairlead::PublishedPort& port : view.ports) {
            print_("endpoint " + view.service + " " + to_string(port));
        }
    }
}

/// Reports what has happened and what happens from now on: a subscription begins with the first event.
fairlead::Result<void> Broker::attend(fairlead::LifecycleManager& manager, std::stop_token stop) {
    auto events = manager.subscribe();
    std::stop_source over;
    std::jthread narrator([this, &events, token = over.get_token()] {
        while (const auto item = events.next(token)) {
            print_(describe(item->event));
        }
    });
    auto supervised = manager.supervise(std::move(stop));
    // The narrator still tells all that has happened before.
    over.request_stop();
    narrator.join();
    if (!supervised && supervised.error().code != fairlead::Errc::cancelled) {
        return supervised;
    }
    return check(manager);
}

} // namespace broker
