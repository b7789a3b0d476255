// SPDX-License-Identifier: MIT
#include "health_supervisor.hpp"

#include <vector>

#include "common/pause.hpp"
#include "common_names.hpp"

namespace fairlead::podman {
namespace {

constexpr std::chrono::seconds default_interval{30};

} // namespace

HealthSupervisor::HealthSupervisor(Engine& engine, Containers& containers, HealthProbe& probe,
                                   HealthMemory& memory, std::string project, Report report)
    : containers_(containers), probe_(probe), memory_(memory), project_(std::move(project)),
      report_(std::move(report)), runs_checks_(!engine.has_health_timers()),
      worker_([this](const std::stop_token& stop) { work_off(stop); }) {}

HealthSupervisor::~HealthSupervisor() {
    request_end();
    worker_.join();
    std::map<ContainerId, std::jthread> checking;
    {
        const std::lock_guard lock(mutex_);
        checking.swap(checking_);
    }
    // All are asked to end before the first is waited for.
    for (auto& [id, thread] : checking) {
        thread.request_stop();
    }
}

void HealthSupervisor::request_end() {
    ending_.request_stop();
    worker_.request_stop();
}

void HealthSupervisor::later(std::function<void()> work) {
    const std::lock_guard lock(mutex_);
    work_.push_back(std::move(work));
    changed_.notify_all();
}

void HealthSupervisor::work_off(const std::stop_token& stop) {
    for (;;) {
        std::function<void()> work;
        {
            std::unique_lock lock(mutex_);
            if (!changed_.wait(lock, stop, [this] { return !work_.empty(); }) || stop.stop_requested()) {
                return;
            }
            work = std::move(work_.front());
            work_.pop_front();
        }
        work();
    }
}

void HealthSupervisor::begin() {
    later([this] { survey(); });
}

void HealthSupervisor::started(const ContainerId& id) {
    later([this, id] { take_up(id); });
}

void HealthSupervisor::ended(const ContainerId& id) {
    later([this, id] { let_go(id); });
}

void HealthSupervisor::checked(const ContainerId& id) {
    later([this, id] {
        look({.operation = "watch", .subject = project_, .stop = ending_.get_token()}, id);
    });
}

void HealthSupervisor::survey() {
    const Call call{.operation = "watch", .subject = project_, .stop = ending_.get_token()};
    const Result<std::vector<Inspection>> all = containers_.list(call, project_);
    if (!all) {
        return;
    }
    for (const Inspection& inspection : *all) {
        if (inspection.running) {
            watch_over(inspection);
        }
    }
}

void HealthSupervisor::watch_over(const Inspection& inspection) {
    if (!inspection.status.has_healthcheck) {
        return;
    }
    const ContainerId id = inspection.status.id;
    const std::lock_guard lock(mutex_);
    known_.try_emplace(id, inspection.status.state);
    if (!runs_checks_ || checking_.contains(id)) {
        return;
    }
    const auto interval = std::chrono::ceil<std::chrono::milliseconds>(
        inspection.health_interval.count() > 0 ? inspection.health_interval : default_interval);
    checking_.emplace(id, std::jthread([this, id, interval](const std::stop_token& stop) {
                          run_checks(id, interval, stop);
                      }));
}

void HealthSupervisor::run_checks(const ContainerId& id, std::chrono::milliseconds interval,
                                  const std::stop_token& stop) {
    const Call call{.operation = "check health of", .subject = id.value(), .stop = stop};
    while (pause(interval, stop)) {
        const Result<void> recorded = probe_.record(call, id.value());
        if ((!recorded && recorded.error().code == Errc::cancelled) || !look(call, id)) {
            return;
        }
    }
}

/// Reports a change. False when there is nothing to look after any more.
bool HealthSupervisor::look(const Call& call, const ContainerId& id) {
    Result<Inspection> now = containers_.inspect(call, id.value());
    if (!now) {
        // A podman that fails once may do better the next time.
        return now.error().code != Errc::not_found && now.error().code != Errc::cancelled;
    }
    memory_.apply(now->status, now->started);
    const ContainerState state = now->status.state;
    const bool is_verdict = state == ContainerState::healthy || state == ContainerState::unhealthy;
    {
        const std::lock_guard lock(mutex_);
        const auto known = known_.find(id);
        if (known == known_.end() || !now->running) {
            return false;
        }
        if (known->second == state || !is_verdict) {
            return true;
        }
        known->second = state;
    }
    report_({.kind = state == ContainerState::healthy ? ContainerEventKind::healthy
                                                      : ContainerEventKind::unhealthy,
             .id = id,
             .name = now->status.name,
             .service = now->status.service,
             .time = std::chrono::system_clock::now(),
             .exit_code = {},
             .resynchronised = false});
    return true;
}

void HealthSupervisor::take_up(const ContainerId& id) {
    let_go(id);
    const Call call{.operation = "watch", .subject = project_, .stop = ending_.get_token()};
    Result<Inspection> now = containers_.inspect(call, id.value());
    if (!now || !now->running) {
        return;
    }
    // Whatever it is by now, that is news.
    now->status.state = ContainerState::starting;
    watch_over(*now);
    look(call, id);
}

void HealthSupervisor::let_go(const ContainerId& id) {
    std::jthread thread;
    const std::unique_lock lock(mutex_);
    known_.erase(id);
    if (auto node = checking_.extract(id)) {
        thread = std::move(node.mapped());
    }
}

} // namespace fairlead::podman
