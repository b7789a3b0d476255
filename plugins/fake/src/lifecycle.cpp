// SPDX-License-Identifier: MIT
#include "lifecycle.hpp"

#include <algorithm>
#include <climits>
#include <cstdint>
#include <utility>

namespace fairlead::fake {
namespace {

using namespace std::chrono_literals;

// The back-off of restart policies, as the real engines have it.
constexpr std::chrono::nanoseconds first_backoff = 100ms;
constexpr std::chrono::nanoseconds longest_backoff = 1min;
/// A run of this length was a success, so the next back-off is the first one again.
constexpr std::chrono::nanoseconds successful_run = 10s;

constexpr int killed = 128 + 9;

Time times(Time interval, std::int64_t count) {
    return interval > far_away / count ? far_away : interval * count;
}

} // namespace

Lifecycle::Lifecycle(Scheduler& scheduler, EventHub& events, ContainerIndex& containers, PortPool& ports,
                     ResourcePool& networks, ResourcePool& volumes)
    : scheduler_(scheduler), events_(events), containers_(containers), ports_(ports), networks_(networks),
      volumes_(volumes) {}

void Lifecycle::publish(const Container& container, ContainerEventKind kind) {
    if (container.project.empty()) {
        return;
    }
    ContainerEvent event{.kind = kind,
                         .id = container.id,
                         .name = container.name,
                         .service = container.service,
                         .time = scheduler_.timestamp()};
    if (kind == ContainerEventKind::exited) {
        event.exit_code = container.exit_code;
    }
    events_.publish(container.project, event);
}

void Lifecycle::after(Container& container, Time delay, void (Lifecycle::*what)(Container&)) {
    container.timers.push_back(scheduler_.at(scheduler_.from_now(delay),
                                             [this, &container, what] { (this->*what)(container); }));
}

void Lifecycle::cancel_timers(Container& container) {
    for (auto* timers : {&container.timers, &container.health_timers}) {
        for (const Scheduler::Timer& timer : *timers) {
            scheduler_.cancel(timer);
        }
        timers->clear();
    }
}

void Lifecycle::begin_run(Container& container) {
    const testing::FakeServiceScript& script = *container.script;
    container.phase = Phase::running;
    container.health = Health::starting;
    container.exit_code.reset();
    container.oom_killed = false;
    container.finished_at.reset();
    container.started_at = scheduler_.timestamp();
    publish(container, ContainerEventKind::started);
    scheduler_.wake(container.waiters);

    for (const testing::FakeLogLine& line : script.logs) {
        if (line.after <= Time::zero()) {
            write_log(container, line.source, line.text + '\n');
            continue;
        }
        container.timers.push_back(
            scheduler_.at(scheduler_.from_now(line.after), [this, &container, &line] {
                write_log(container, line.source, line.text + '\n');
            }));
    }
    const bool exits =
        script.exit_after && container.scripted_exits < script.exit_times.value_or(INT_MAX);
    if (exits && *script.exit_after <= Time::zero()) {
        // At once, so that nobody ever sees it run: what a real engine shows at times.
        scripted_exit(container);
        return;
    }
    begin_health(container);
    if (exits) {
        after(container, *script.exit_after, &Lifecycle::scripted_exit);
    }
}

void Lifecycle::scripted_exit(Container& container) {
    ++container.scripted_exits;
    const bool oom = container.script->oom;
    end_run(container, container.script->exit_code.value_or(oom ? killed : 0), oom);
}

bool Lifecycle::will_restart(const Container& container) const {
    if (container.stopping) {
        return false;
    }
    switch (container.restart.mode) {
    case RestartMode::no:
        return false;
    case RestartMode::always:
    case RestartMode::unless_stopped:
        return true;
    case RestartMode::on_failure:
        return container.exit_code != 0 &&
               (container.restart.max_retries == 0 || container.restarts < container.restart.max_retries);
    }
    return false;
}

void Lifecycle::end_run(Container& container, int code, bool oom) {
    cancel_timers(container);
    container.exit_code = code;
    container.oom_killed = oom;
    container.finished_at = scheduler_.timestamp();
    if (!will_restart(container)) {
        rest(container);
        publish(container, ContainerEventKind::exited);
        return;
    }
    const bool success = *container.finished_at - *container.started_at >= successful_run;
    container.backoff = success || container.backoff == Time::zero()
                            ? first_backoff
                            : std::min(container.backoff * 2, longest_backoff);
    container.phase = Phase::restarting;
    publish(container, ContainerEventKind::exited);
    after(container, container.backoff, &Lifecycle::restart);
    scheduler_.wake(container.waiters);
}

/// It will not run again: its ports are free and its log is at its end.
void Lifecycle::rest(Container& container) {
    container.phase = Phase::stopped;
    ports_.give_back(container.published);
    container.published.clear();
    scheduler_.wake(container.waiters);
    scheduler_.wake(container.log.readers);
}

void Lifecycle::restart(Container& container) {
    ++container.restarts;
    begin_run(container);
}

void Lifecycle::kill(Container& container) {
    end_run(container, killed, false);
}

void Lifecycle::signalled_exit(Container& container) {
    end_run(container, container.script->stop_exit_code.value_or(128 + container.stop_signal), false);
}

void Lifecycle::stop(Container& container, Time grace) {
    container.stopping = true;
    container.restart_on_return = false;
    if (container.phase == Phase::restarting) {
        cancel_timers(container);
        rest(container);
        return;
    }
    if (container.phase != Phase::running) {
        return;
    }
    const testing::FakeServiceScript& script = *container.script;
    if (grace <= Time::zero()) {
        kill(container);
        return;
    }
    if (!script.ignore_stop_signal && script.stop_takes <= Time::zero()) {
        signalled_exit(container);
        return;
    }
    if (!script.ignore_stop_signal) {
        after(container, script.stop_takes, &Lifecycle::signalled_exit);
    }
    after(container, grace, &Lifecycle::kill);
}

void Lifecycle::remove(Container& container) {
    container.stopping = true;
    if (container.phase == Phase::running) {
        kill(container);
    }
    cancel_timers(container);
    rest(container);
    container.phase = Phase::removed;
    for (const std::string& network : container.networks) {
        networks_.release(network);
    }
    for (const std::string& volume : container.volumes) {
        volumes_.release(volume);
    }
    containers_.remove(container);
    publish(container, ContainerEventKind::removed);
}

void Lifecycle::write_log(Container& container, LogSource source, std::string bytes) {
    container.log.chunks.push_back(
        {.source = source, .timestamp = scheduler_.timestamp(), .bytes = std::move(bytes)});
    scheduler_.wake(container.log.readers);
}

void Lifecycle::begin_health(Container& container) {
    if (!container.check) {
        return;
    }
    const HealthPlan& check = *container.check;
    const testing::FakeServiceScript& script = *container.script;
    container.health_output = script.probe_output;
    Time passes = script.health_after;
    if (check.pace == HealthPace::engine) {
        // The engine's probes are `interval` apart and the first one is not at the start.
        passes = times(check.interval, std::max<std::int64_t>((passes - 1ns) / check.interval + 1, 1));
    }
    const Time gives_up = std::min(check.start_period, far_away) + times(check.interval, check.retries);
    if (script.never_healthy || passes > gives_up) {
        health_at(container, gives_up, Health::unhealthy);
    }
    if (script.never_healthy) {
        return;
    }
    if (script.flapping) {
        flap(container, passes, Health::healthy);
    } else {
        health_at(container, passes, Health::healthy);
    }
    if (script.unhealthy_after) {
        container.health_timers.push_back(
            scheduler_.at(scheduler_.from_now(*script.unhealthy_after), [this, &container] {
                override_health(container, Health::unhealthy, container.health_output);
            }));
    }
}

void Lifecycle::health_at(Container& container, Time delay, Health health) {
    if (delay <= Time::zero()) {
        set_health(container, health);
        return;
    }
    container.health_timers.push_back(scheduler_.at(
        scheduler_.from_now(delay), [this, &container, health] { set_health(container, health); }));
}

void Lifecycle::flap(Container& container, Time delay, Health health) {
    const auto turn = [this, &container, health] {
        const testing::FakeFlapping& flapping = *container.script->flapping;
        const bool healthy = health == Health::healthy;
        set_health(container, health);
        flap(container, std::max<Time>(healthy ? flapping.healthy_for : flapping.unhealthy_for, 1ms),
             healthy ? Health::unhealthy : Health::healthy);
    };
    if (delay <= Time::zero()) {
        turn();
        return;
    }
    // Those that are due later stay; those that have been called are of no use any more.
    std::erase_if(container.health_timers,
                  [&](const Scheduler::Timer& timer) { return timer.first <= scheduler_.now(); });
    container.health_timers.push_back(scheduler_.at(scheduler_.from_now(delay), turn));
}

void Lifecycle::set_health(Container& container, Health health) {
    if (container.health == health) {
        return;
    }
    container.health = health;
    publish(container,
            health == Health::healthy ? ContainerEventKind::healthy : ContainerEventKind::unhealthy);
    scheduler_.wake(container.waiters);
}

void Lifecycle::override_health(Container& container, Health health, std::string probe_output) {
    for (const Scheduler::Timer& timer : container.health_timers) {
        scheduler_.cancel(timer);
    }
    container.health_timers.clear();
    container.health_output = std::move(probe_output);
    set_health(container, health);
}

void Lifecycle::engine_died() {
    for (const auto& container : containers_.all()) {
        if (container->phase != Phase::running && container->phase != Phase::restarting) {
            continue;
        }
        const bool stopping = std::exchange(container->stopping, true);
        if (container->phase == Phase::running) {
            kill(*container);
        } else {
            stop(*container, Time::zero());
        }
        container->stopping = stopping;
        container->restart_on_return = will_restart(*container);
    }
}

void Lifecycle::engine_returned() {
    for (const auto& container : containers_.all()) {
        if (!std::exchange(container->restart_on_return, false)) {
            continue;
        }
        if (auto ports = ports_.take(container->name, container->ports)) {
            container->published = std::move(*ports);
            restart(*container);
        }
    }
}

} // namespace fairlead::fake
