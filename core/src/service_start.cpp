// SPDX-License-Identifier: MIT
#include "service_start.hpp"

#include <chrono>
#include <utility>

#include <fmt/format.h>

#include <fairlead/labels.hpp>

#include "container_removal.hpp"

namespace fairlead {
namespace {

using std::chrono::milliseconds;
using Outcome = ServiceReport::Outcome;

/// As long as an engine takes at most to call the container unhealthy; absent values are Compose's.
milliseconds health_timeout(const ContainerSpec& spec) {
    const HealthCheck check = spec.healthcheck.value_or(HealthCheck{});
    const auto interval = check.interval.value_or(std::chrono::seconds(30));
    const auto timeout = check.timeout.value_or(std::chrono::seconds(30));
    const auto start_period = check.start_period.value_or(std::chrono::seconds(0));
    return std::chrono::ceil<milliseconds>(start_period +
                                           check.retries.value_or(3) * (interval + timeout));
}

/// Whether its own words tell all that is worth knowing of it once it is healthy: that it has a check,
/// and no ports for the engine to choose.
bool needs_no_look(const ContainerSpec& spec) {
    return spec.healthcheck && !spec.healthcheck->disabled && !spec.healthcheck->test.empty() &&
           spec.healthcheck->test.front() != "NONE" && spec.ports.empty();
}

/// What takes long enough to be worth telling; empty for the rest.
std::string describe(const StartProgress& progress) {
    switch (progress.phase) {
    case StartProgress::Phase::pulling:
        return "pulling: " + progress.text;
    case StartProgress::Phase::building:
        return "building: " + progress.text;
    case StartProgress::Phase::creating:
    case StartProgress::Phase::starting:
        break;
    }
    return {};
}

/// Whether a start that failed so cannot have made a container: it was refused, or the name is another's.
bool made_nothing(Errc code) {
    return code == Errc::conflict || code == Errc::invalid_spec || code == Errc::unsupported ||
           code == Errc::image_unavailable || code == Errc::build_failed;
}

} // namespace

std::string names_of(const std::vector<Dependency>& dependencies) {
    std::string names;
    for (const Dependency& dependency : dependencies) {
        names += (names.empty() ? "" : ",") + dependency.service;
    }
    return names;
}

ServiceStart::ServiceStart(StartContext& context, std::size_t service)
    : context_(context), service_(service), declared_(context.plan.services()[service]),
      spec_(declared_.container) {}

void ServiceStart::run(const std::stop_token& stop) {
    context_.reports.post(bring_up(stop));
}

ServiceReport ServiceStart::bring_up(const std::stop_token& stop) {
    const ServiceStep& step = context_.steps[service_];
    if (step.kind == ServiceStep::Kind::keep) {
        ServiceReport report = await(step.existing.front().id, stop);
        const bool ended =
            report.error && (report.error->code == Errc::exited || report.error->code == Errc::not_found);
        if (!ended || report.outcome != Outcome::failed) {
            return report;
        }
        // It ended after it had been looked at, so it is one of those that are replaced.
    }
    if (auto removed = remove_existing(stop); !removed) {
        return failed(std::move(removed.error()));
    }
    auto started = start_container(stop);
    if (!started) {
        ServiceReport report = failed(std::move(started.error()));
        report.name_may_be_taken = report.error->code == Errc::cancelled;
        return report;
    }
    return await(*started, stop);
}

/// What the last report is once the container runs; the others are posted on the way.
ServiceReport ServiceStart::await(const ContainerId& id, const std::stop_token& stop) {
    context_.reports.post({service_, Outcome::started});
    ServiceReport report = await_ready(id, stop);
    if (report.outcome == Outcome::ready && context_.awaits_completion[service_]) {
        context_.reports.post(std::move(report));
        report = await_completion(id, stop);
    }
    return report;
}

Result<void> ServiceStart::remove_existing(const std::stop_token& stop) {
    for (const ContainerStatus& container : context_.steps[service_].existing) {
        context_.board.set(service_, {.state = ServiceState::starting,
                                      .message = "replacing the container that is there"});
        if (auto removed =
                stop_and_remove(context_.runtime, container, context_.options.stop_grace, stop);
            !removed) {
            return removed;
        }
    }
    return {};
}

Result<ContainerId> ServiceStart::start_container(const std::stop_token& stop) {
    context_.board.set(service_, {.state = ServiceState::starting});
    ContainerSpec spec = spec_;
    spec.labels.insert_or_assign(std::string(labels::depends_on), names_of(declared_.depends_on));
    auto id = context_.runtime.start(spec, stop, [this](const StartProgress& progress) {
        if (std::string text = describe(progress); !text.empty()) {
            context_.board.note(service_, std::move(text));
        }
    });
    if (id) {
        ContainerStatus status;
        status.id = *id;
        context_.board.set(service_, {.state = ServiceState::waiting, .status = std::move(status)});
    } else if (id.error().code != Errc::cancelled && !made_nothing(id.error().code)) {
        remove_remains(id.error(), stop);
    }
    return id;
}

/// The engine may have done what its answer, or the lack of one, says it has not.
void ServiceStart::remove_remains(Error& error, const std::stop_token& stop) {
    auto removed = context_.runtime.remove(container_name(spec_), stop);
    if (!removed && removed.error().code != Errc::conflict) {
        error.cleanup_failures.push_back(std::move(removed.error()));
    }
}

ServiceReport ServiceStart::await_ready(const ContainerId& id, const std::stop_token& stop) {
    const milliseconds timeout = context_.options.health_timeout.value_or(health_timeout(spec_));
    if (auto healthy = context_.runtime.wait_healthy(id, timeout, stop); !healthy) {
        return ended_early(id, std::move(healthy.error()), stop);
    }
    // Others wait for this very moment, and a request is what costs the most.
    if (needs_no_look(spec_)) {
        context_.board.set(service_, {.state = ServiceState::healthy});
        return {service_, Outcome::ready};
    }
    auto status = context_.runtime.inspect(id, stop);
    if (!status) {
        return failed(std::move(status.error()));
    }
    context_.board.set(service_,
                       {.state = status->has_healthcheck ? ServiceState::healthy : ServiceState::running,
                        .message = to_string(status->ports),
                        .status = *status});
    return {service_, Outcome::ready};
}

/// A container without a healthcheck that has already ended well has done its work.
ServiceReport ServiceStart::ended_early(const ContainerId& id, Error error, const std::stop_token& stop) {
    if (error.code != Errc::exited) {
        return failed(std::move(error));
    }
    const auto status = context_.runtime.inspect(id, stop);
    if (!status || status->has_healthcheck || state_of(*status) != ServiceState::completed) {
        return failed(std::move(error));
    }
    return completed(*status);
}

ServiceReport ServiceStart::await_completion(const ContainerId& id, const std::stop_token& stop) {
    auto status = context_.exits->wait(id, stop);
    if (!status) {
        return failed(std::move(status.error()));
    }
    if (state_of(*status) != ServiceState::completed) {
        return failed({.code = Errc::exited,
                       .message = fmt::format("exited with code {}{}, and others wait for its success",
                                              status->exit_code.value_or(-1),
                                              status->oom_killed ? " (out of memory)" : "")});
    }
    return completed(*status);
}

ServiceReport ServiceStart::completed(const ContainerStatus& status) {
    context_.board.set(
        service_, {.state = ServiceState::completed, .status = status, .exit_code = status.exit_code});
    return {service_, Outcome::completed};
}

ServiceReport ServiceStart::failed(Error error) const {
    return {service_, Outcome::failed, std::move(error)};
}

} // namespace fairlead
