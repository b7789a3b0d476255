// SPDX-License-Identifier: MIT
#include "container_factory.hpp"

#include <charconv>
#include <cstring>
#include <optional>
#include <string>
#include <variant>

#include <fmt/format.h>

namespace fairlead::fake {
namespace {

/// `SIGTERM`, `TERM` or `15`.
std::optional<int> signal_number(std::string_view name) {
    constexpr int last = 64;
    int number = 0;
    const auto [end, failed] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (failed == std::errc{} && end == name.data() + name.size()) {
        return number >= 1 && number <= last ? std::optional(number) : std::nullopt;
    }
    if (name.starts_with("SIG")) {
        name.remove_prefix(3);
    }
    for (number = 1; number <= last; ++number) {
        const char* abbreviation = sigabbrev_np(number);
        if (abbreviation != nullptr && name == abbreviation) {
            return number;
        }
    }
    return std::nullopt;
}

std::optional<HealthPlan> health_plan(const ContainerSpec& spec,
                                      const testing::FakeServiceScript& script) {
    const HealthCheck check = spec.healthcheck.value_or(HealthCheck{});
    const bool own = !check.test.empty() && check.test.front() != "NONE";
    if (check.disabled || (!own && (!script.image_healthcheck || !check.test.empty()))) {
        return std::nullopt;
    }
    HealthPlan plan{.pace = spec.health_pace};
    // Zero stands for the default, as on real engines.
    if (check.interval.value_or(Time::zero()) > Time::zero()) {
        plan.interval = *check.interval;
    }
    plan.start_period = check.start_period.value_or(plan.start_period);
    if (check.retries.value_or(0) > 0) {
        plan.retries = *check.retries;
    }
    return plan;
}

Result<std::vector<std::string>> prepare_networks(Engine& engine, const ContainerSpec& spec) {
    std::vector<std::string> names;
    if (spec.network_mode != NetworkMode::networks) {
        return names;
    }
    std::vector<NetworkAttachment> attachments = spec.networks;
    if (attachments.empty()) {
        attachments.push_back({.network = {.project = spec.project}});
    }
    for (const NetworkAttachment& attachment : attachments) {
        if (auto ensured = provide_network(engine, attachment.network); !ensured) {
            return std::unexpected(std::move(ensured.error()));
        }
        names.push_back(engine_name(attachment.network));
    }
    return names;
}

/// Anonymous volumes are nobody's but the container's, so there is nothing to keep of them.
Result<std::vector<std::string>> prepare_volumes(Engine& engine, const ContainerSpec& spec) {
    std::vector<std::string> names;
    for (const Mount& mount : spec.mounts) {
        const auto* volume = std::get_if<VolumeMount>(&mount);
        if (volume == nullptr || volume->volume.empty()) {
            continue;
        }
        auto there = volume->external ? engine.volumes.require(volume->volume)
                                      : engine.volumes.ensure(volume->volume, spec.project);
        if (!there) {
            return std::unexpected(std::move(there.error()));
        }
        names.push_back(volume->volume);
    }
    return names;
}

Result<std::shared_ptr<Container>> describe(Engine& engine, const ContainerSpec& spec) {
    const std::optional<int> stop_signal =
        spec.stop_signal.empty() ? std::optional(15) : signal_number(spec.stop_signal);
    if (!stop_signal) {
        return fail({.code = Errc::invalid_spec,
                     .message = fmt::format("stop_signal '{}' is not a signal", spec.stop_signal),
                     .hint = "Use a name such as SIGTERM or a number from 1 to 64."});
    }
    auto container = std::make_shared<Container>();
    container->name = container_name(spec);
    container->project = spec.project;
    container->service = spec.service;
    container->image = spec.image;
    container->labels = spec.labels;
    container->ports = spec.ports;
    container->restart = spec.restart;
    container->stop_signal = *stop_signal;
    container->script = engine.faults.script_of(spec.service);
    container->check = health_plan(spec, *container->script);
    container->created_at = engine.scheduler.timestamp();
    return container;
}

} // namespace

Result<void> provide_network(Engine& engine, const NetworkSpec& network) {
    const std::string name = engine_name(network);
    return network.external ? engine.networks.require(name)
                            : engine.networks.ensure(name, network.project);
}

Result<void> check_name_free(const Engine& engine, std::string_view name) {
    const auto taken = engine.containers.by_name(name);
    if (!taken) {
        return {};
    }
    return fail(
        {.code = Errc::conflict,
         .message = fmt::format("the name is taken by container {}{}", taken->id.value(),
                                taken->project.empty() ? ", which was not created by fairlead" : ""),
         .hint = "Remove that container, or choose another name."});
}

Result<std::shared_ptr<Container>> create_container(Engine& engine, const ContainerSpec& spec) {
    auto made = describe(engine, spec);
    if (!made) {
        return made;
    }
    Container& container = **made;
    if (auto name_free = check_name_free(engine, container.name); !name_free) {
        return std::unexpected(std::move(name_free.error()));
    }
    auto networks = prepare_networks(engine, spec);
    if (!networks) {
        return std::unexpected(std::move(networks.error()));
    }
    auto volumes = prepare_volumes(engine, spec);
    if (!volumes) {
        return std::unexpected(std::move(volumes.error()));
    }
    auto ports = engine.ports.take(container.name, container.ports);
    if (!ports) {
        return std::unexpected(std::move(ports.error()));
    }
    container.networks = std::move(*networks);
    container.volumes = std::move(*volumes);
    container.published = std::move(*ports);
    for (const std::string& network : container.networks) {
        engine.networks.use(network);
    }
    for (const std::string& volume : container.volumes) {
        engine.volumes.use(volume);
    }
    container.id = engine.containers.new_id(container.name);
    engine.containers.add(*made);
    return made;
}

Result<std::shared_ptr<Container>> create_foreign(Engine& engine, std::string_view name) {
    if (auto name_free = check_name_free(engine, name); !name_free) {
        return std::unexpected(std::move(name_free.error()));
    }
    auto container = std::make_shared<Container>();
    container->name = name;
    container->id = engine.containers.new_id(container->name);
    container->script = std::make_shared<const testing::FakeServiceScript>();
    container->created_at = engine.scheduler.timestamp();
    engine.containers.add(container);
    engine.lifecycle.begin_run(*container);
    return container;
}

} // namespace fairlead::fake
