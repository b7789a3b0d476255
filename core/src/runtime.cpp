// SPDX-License-Identifier: MIT
#include <string>
#include <utility>

#include <fmt/format.h>

#include <fairlead/labels.hpp>
#include <fairlead/runtime.hpp>
#include <fairlead/stack.hpp>
#include <fairlead/version.hpp>

#include "guard.hpp"
#include "name_rules.hpp"
#include "project_name.hpp"

namespace fairlead {
namespace {

Error invalid(std::string_view operation, std::string_view subject, std::string message) {
    return {.code = Errc::invalid_spec,
            .operation = std::string(operation),
            .subject = std::string(subject),
            .message = std::move(message)};
}

Result<void> check_id(std::string_view operation, const ContainerId& id) {
    // Engines choose their ids; whatever they choose, it is never empty and never looks like an option.
    if (!name_rules::is_object(id.value(), 1, 255)) {
        return fail(
            invalid(operation, id.value(), "this is not a container id that any runtime gave out"));
    }
    return {};
}

Result<void> check_container(std::string_view operation, std::string_view name) {
    if (!name_rules::is_container(name)) {
        return fail(invalid(operation, name,
                            "a container's name is letters, digits, '-', '_' and '.', 2 to 127, "
                            "beginning with a letter or digit"));
    }
    return {};
}

/// Asks the plugin, unless the caller does not want it any more: then no engine hears of it.
template <class Call>
auto ask(std::string_view operation, std::string_view subject, const std::stop_token& stop, Call&& call)
    -> decltype(call()) {
    if (stop.stop_requested()) {
        return fail({.code = Errc::cancelled,
                     .operation = std::string(operation),
                     .subject = std::string(subject),
                     .message = "cancelled before it began"});
    }
    return guarded(operation, subject, std::forward<Call>(call));
}

std::string_view pace_label(HealthPace pace) {
    return pace == HealthPace::engine ? "engine" : "eager";
}

/// The spec with the labels that every container of ours carries.
ContainerSpec labelled(const ContainerSpec& spec) {
    ContainerSpec result = spec;
    const auto set = [&result](std::string_view label, std::string_view value) {
        result.labels.insert_or_assign(std::string(label), std::string(value));
    };
    set(labels::project, spec.project);
    set(labels::service, spec.service);
    set(labels::version, FAIRLEAD_VERSION);
    set(labels::owner, labels::this_process());
    set(labels::config_hash, config_hash(spec));
    set(labels::stop_grace, fmt::format("{}", spec.stop_grace_period.count()));
    set(labels::health, pace_label(spec.health_pace));
    return result;
}

} // namespace

ContainerRuntime::~ContainerRuntime() = default;

Result<ContainerId> ContainerRuntime::start(const ContainerSpec& spec, std::stop_token stop,
                                            const StartObserver& observer) {
    if (auto valid = validate(spec); !valid) {
        return std::unexpected(std::move(valid.error()));
    }
    static const StartObserver nobody = [](const StartProgress&) {};
    return ask("start", container_name(spec), stop,
               [&] { return do_start(labelled(spec), stop, observer ? observer : nobody); });
}

Result<void> ContainerRuntime::stop(const ContainerId& id, std::chrono::milliseconds grace,
                                    std::stop_token stop) {
    if (auto valid = check_id("stop", id); !valid) {
        return valid;
    }
    if (grace < std::chrono::milliseconds::zero()) {
        return fail(invalid("stop", id.value(), "the grace period is negative"));
    }
    return ask("stop", id.value(), stop, [&] { return do_stop(id, grace, stop); });
}

Result<void> ContainerRuntime::remove(std::string_view name, std::stop_token stop) {
    if (auto valid = check_container("remove", name); !valid) {
        return valid;
    }
    return ask("remove", name, stop, [&] { return do_remove(name, stop); });
}

Result<ContainerStatus> ContainerRuntime::inspect(const ContainerId& id, std::stop_token stop) {
    if (auto valid = check_id("inspect", id); !valid) {
        return std::unexpected(std::move(valid.error()));
    }
    return ask("inspect", id.value(), stop, [&] { return do_inspect(id, stop); });
}

Result<void> ContainerRuntime::wait_healthy(const ContainerId& id, std::chrono::milliseconds timeout,
                                            std::stop_token stop) {
    if (auto valid = check_id("wait for", id); !valid) {
        return valid;
    }
    if (timeout < std::chrono::milliseconds::zero()) {
        return fail(invalid("wait for", id.value(), "the timeout is negative"));
    }
    return ask("wait for", id.value(), stop, [&] { return do_wait_healthy(id, timeout, stop); });
}

Result<std::unique_ptr<LogStream>>
ContainerRuntime::logs(const ContainerId& id, const LogOptions& options, std::stop_token stop) {
    if (auto valid = check_id("read logs of", id); !valid) {
        return std::unexpected(std::move(valid.error()));
    }
    return ask("read logs of", id.value(), stop, [&] { return do_logs(id, options, stop); });
}

Result<std::vector<ContainerStatus>> ContainerRuntime::list(std::string_view project,
                                                            std::stop_token stop) {
    if (auto valid = check_project("list", project); !valid) {
        return std::unexpected(std::move(valid.error()));
    }
    return ask("list", project, stop, [&] { return do_list(project, stop); });
}

Result<std::vector<ContainerStatus>> ContainerRuntime::list_all(std::stop_token stop) {
    // Not `list` with an empty name: a name that is empty by mistake must never mean everything.
    return ask("list", "all projects", stop, [&] { return do_list({}, stop); });
}

Result<EventStream> ContainerRuntime::watch(std::string_view project, std::stop_token stop) {
    if (auto valid = check_project("watch", project); !valid) {
        return std::unexpected(std::move(valid.error()));
    }
    auto source = ask("watch", project, stop, [&] { return do_watch(project); });
    if (!source) {
        return std::unexpected(std::move(source.error()));
    }
    EventStream stream(*this, std::string(project), std::move(*source));
    if (auto opened = stream.open(std::move(stop)); !opened) {
        return std::unexpected(std::move(opened.error()));
    }
    return stream;
}

Result<void> ContainerRuntime::ensure_network(const NetworkSpec& network, std::stop_token stop) {
    const std::string name = engine_name(network);
    if (auto valid = check_project("ensure network of", network.project); !valid) {
        return valid;
    }
    if (!name_rules::is_network(name)) {
        return fail(invalid("ensure network", name,
                            "a network's name is letters, digits, '-', '_' and '.', 2 to 127, "
                            "beginning with a letter or digit"));
    }
    return ask("ensure network", name, stop, [&] { return do_ensure_network(network, stop); });
}

Result<void> ContainerRuntime::remove_network(std::string_view project, std::stop_token stop) {
    if (auto valid = check_project("remove network of", project); !valid) {
        return valid;
    }
    return ask("remove network of", project, stop, [&] { return do_remove_network(project, stop); });
}

Result<void> ContainerRuntime::remove_volumes(std::string_view project, std::stop_token stop) {
    if (auto valid = check_project("remove volumes of", project); !valid) {
        return valid;
    }
    return ask("remove volumes of", project, stop, [&] { return do_remove_volumes(project, stop); });
}

Capabilities ContainerRuntime::capabilities() const noexcept {
    return do_capabilities();
}

Result<EngineVersion> ContainerRuntime::version(std::stop_token stop) {
    return ask("ask version of", "the engine", stop, [&] { return do_version(stop); });
}

} // namespace fairlead
