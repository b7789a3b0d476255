// SPDX-License-Identifier: MIT
#include "fake_runtime.hpp"

#include <utility>

#include <fmt/format.h>

#include <fairlead/time.hpp>
#include <fairlead/version.hpp>

#include "call.hpp"
#include "container_factory.hpp"
#include "event_reader.hpp"
#include "log_reader.hpp"
#include "script_json.hpp"
#include "start.hpp"

namespace fairlead::fake {
namespace {

using testing::FakeOperation;

constexpr std::uint64_t lines_in_errors = 20;

/// Begins a call about a container that is named by its id. The container may be null: it was or has
/// become absent.
Result<std::shared_ptr<Container>> begin_with(Call& call, Engine& engine, FakeOperation operation,
                                              const ContainerId& id) {
    std::string service;
    if (const auto container = engine.containers.by_id(id)) {
        call.set_subject(container->name);
        service = container->service;
    }
    if (auto begun = call.begin(operation, service); !begun) {
        return std::unexpected(std::move(begun.error()));
    }
    return engine.containers.by_id(id);
}

Error absent(const Call& call) {
    return call.error(Errc::not_found, "there is no such container");
}

Error not_ours(const Call& call) {
    return call.error(Errc::conflict, "the container was not created by fairlead and is left alone",
                      "Remove it with the tool that created it, or choose another name.");
}

Error exited(const Call& call, const Container& container) {
    Error error = call.error(Errc::exited, fmt::format("exited with code {}{} before it was healthy",
                                                       container.exit_code.value_or(0),
                                                       container.oom_killed ? " (out of memory)" : ""));
    if (!container.log.chunks.empty()) {
        error.attachments.push_back(
            {.title = "last log lines", .text = container.log.last_lines(lines_in_errors)});
    }
    return error;
}

Error not_healthy_in(const Call& call, const Container& container, std::chrono::milliseconds timeout) {
    Error error =
        call.error(Errc::timeout, fmt::format("not healthy within {}", format_duration(timeout)));
    if (!container.health_output.empty()) {
        error.attachments.push_back({.title = "last probe output", .text = container.health_output});
    }
    return error;
}

bool is_ready(const Container& container) {
    return container.phase == Phase::running && (!container.check || container.health == Health::healthy);
}

} // namespace

Result<std::unique_ptr<ContainerRuntime>> FakeRuntime::create(std::string_view options) {
    auto script = parse_options(options);
    if (!script) {
        return std::unexpected(std::move(script.error()));
    }
    return std::make_unique<FakeRuntime>(*script);
}

FakeRuntime::FakeRuntime(const testing::FakeEngineScript& script)
    : engine_(std::make_shared<Engine>(script)) {}

FakeRuntime::~FakeRuntime() {
    engine_->scheduler.shut_down();
}

Result<ContainerId> FakeRuntime::do_start(const ContainerSpec& spec, std::stop_token stop,
                                          const StartObserver& observer) {
    Call call(*engine_, "start", container_name(spec), std::move(stop));
    if (auto begun = call.begin(FakeOperation::start, spec.service); !begun) {
        return std::unexpected(std::move(begun.error()));
    }
    return call.end(start_container(*engine_, call, spec, observer));
}

Result<void> FakeRuntime::do_stop(const ContainerId& id, std::chrono::milliseconds grace,
                                  std::stop_token stop) {
    Call call(*engine_, "stop", id.value(), std::move(stop));
    const auto found = begin_with(call, *engine_, FakeOperation::stop, id);
    if (!found) {
        return std::unexpected(found.error());
    }
    const std::shared_ptr<Container>& container = *found;
    if (!container) {
        return call.end(Result<void>());
    }
    if (container->project.empty()) {
        return fail(not_ours(call));
    }
    engine_->lifecycle.stop(*container, std::min<Time>(grace, far_away));
    const WaitEnd end =
        call.wait(&container->waiters, std::nullopt, [&] { return container->phase != Phase::running; });
    return end == WaitEnd::ready ? call.end(Result<void>()) : fail(call.error(end));
}

Result<void> FakeRuntime::do_remove(std::string_view name, std::stop_token stop) {
    Call call(*engine_, "remove", name, std::move(stop));
    const auto before = engine_->containers.by_name(name);
    if (auto begun = call.begin(FakeOperation::remove, before ? before->service : ""); !begun) {
        return begun;
    }
    const auto container = engine_->containers.by_name(name);
    if (!container) {
        return call.end(Result<void>());
    }
    if (container->project.empty()) {
        return fail(not_ours(call));
    }
    engine_->lifecycle.remove(*container);
    return call.end(Result<void>());
}

Result<ContainerStatus> FakeRuntime::do_inspect(const ContainerId& id, std::stop_token stop) {
    Call call(*engine_, "inspect", id.value(), std::move(stop));
    const auto found = begin_with(call, *engine_, FakeOperation::inspect, id);
    if (!found) {
        return std::unexpected(found.error());
    }
    if (!*found) {
        return fail(absent(call));
    }
    return call.end(Result<ContainerStatus>(status_of(**found)));
}

Result<void> FakeRuntime::do_wait_healthy(const ContainerId& id, std::chrono::milliseconds timeout,
                                          std::stop_token stop) {
    Call call(*engine_, "wait for", id.value(), std::move(stop));
    const auto found = begin_with(call, *engine_, FakeOperation::wait_healthy, id);
    if (!found) {
        return std::unexpected(found.error());
    }
    const std::shared_ptr<Container>& container = *found;
    if (!container) {
        return fail(absent(call));
    }
    std::optional<Time> deadline;
    if (timeout < std::chrono::duration_cast<std::chrono::milliseconds>(far_away)) {
        deadline = engine_->scheduler.from_now(timeout);
    }
    const WaitEnd end = call.wait(&container->waiters, deadline,
                                  [&] { return is_ready(*container) || is_over(*container); });
    if (end == WaitEnd::deadline) {
        return fail(not_healthy_in(call, *container, timeout));
    }
    if (end != WaitEnd::ready) {
        return fail(call.error(end));
    }
    if (is_ready(*container)) {
        return call.end(Result<void>());
    }
    return fail(container->phase == Phase::removed ? absent(call) : exited(call, *container));
}

Result<std::unique_ptr<LogStream>> FakeRuntime::do_logs(const ContainerId& id, const LogOptions& options,
                                                        std::stop_token stop) {
    Call call(*engine_, "read logs of", id.value(), std::move(stop));
    const auto found = begin_with(call, *engine_, FakeOperation::logs, id);
    if (!found) {
        return std::unexpected(found.error());
    }
    if (!*found) {
        return fail(absent(call));
    }
    return call.end(
        Result<std::unique_ptr<LogStream>>(std::make_unique<LogReader>(engine_, *found, options)));
}

Result<std::vector<ContainerStatus>> FakeRuntime::do_list(std::string_view project,
                                                          std::stop_token stop) {
    Call call(*engine_, "list", project, std::move(stop));
    if (auto begun = call.begin(FakeOperation::list, {}); !begun) {
        return std::unexpected(std::move(begun.error()));
    }
    std::vector<ContainerStatus> all;
    for (const auto& container : engine_->containers.of_project(project)) {
        all.push_back(status_of(*container));
    }
    return call.end(Result<std::vector<ContainerStatus>>(std::move(all)));
}

Result<std::unique_ptr<EventSource>> FakeRuntime::do_watch(std::string_view project) {
    return std::make_unique<EventReader>(engine_, project);
}

Result<void> FakeRuntime::do_ensure_network(const NetworkSpec& network, std::stop_token stop) {
    Call call(*engine_, "ensure network", engine_name(network), std::move(stop));
    if (auto begun = call.begin(FakeOperation::ensure_network, {}); !begun) {
        return begun;
    }
    auto ensured = provide_network(*engine_, network);
    return ensured ? call.end(std::move(ensured)) : fail(call.about(std::move(ensured.error())));
}

Result<void> FakeRuntime::do_remove_network(std::string_view project, std::stop_token stop) {
    Call call(*engine_, "remove network of", project, std::move(stop));
    if (auto begun = call.begin(FakeOperation::remove_network, {}); !begun) {
        return begun;
    }
    auto removed = engine_->networks.remove_project(project);
    return removed ? call.end(std::move(removed)) : fail(call.about(std::move(removed.error())));
}

Result<void> FakeRuntime::do_remove_volumes(std::string_view project, std::stop_token stop) {
    Call call(*engine_, "remove volumes of", project, std::move(stop));
    if (auto begun = call.begin(FakeOperation::remove_volumes, {}); !begun) {
        return begun;
    }
    auto removed = engine_->volumes.remove_project(project);
    return removed ? call.end(std::move(removed)) : fail(call.about(std::move(removed.error())));
}

Capabilities FakeRuntime::do_capabilities() const noexcept {
    return {.survives_host = false,
            .builds_images = true,
            .pulls_images = true,
            .probes_health = true,
            .networks = true,
            .volumes = true,
            .publishes_ports = true,
            .restart_policies = true,
            .memory_limits = true,
            .cpu_limits = true,
            .pids_limits = true};
}

Result<EngineVersion> FakeRuntime::do_version(std::stop_token stop) {
    Call call(*engine_, "ask version of", "the fake engine", std::move(stop));
    if (auto begun = call.begin(FakeOperation::version, {}); !begun) {
        return std::unexpected(std::move(begun.error()));
    }
    return call.end(Result<EngineVersion>(EngineVersion{.engine = "fake", .version = FAIRLEAD_VERSION}));
}

} // namespace fairlead::fake
