// SPDX-License-Identifier: MIT
#include "run.hpp"

#include <algorithm>
#include <chrono>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <fairlead/lifecycle_plan.hpp>
#include <fairlead/plugin_registry.hpp>
#include <fairlead/runtime_config.hpp>

#include "engine_log.hpp"
#include "interferer.hpp"

namespace fairlead::model {
namespace {

constexpr std::string_view project = "model";

template <class... Args>
void expect(bool holds, fmt::format_string<Args...> text, Args&&... args) {
    if (!holds) {
        throw Broken{fmt::format(text, std::forward<Args>(args)...)};
    }
}

std::string text_of(const Result<void>& result) {
    return result ? "" : to_string(result.error());
}

/// By name: which container it is.
using Containers = std::map<std::string, ContainerStatus>;

class Run {
public:
    explicit Run(const Scenario& scenario)
        : scenario_(scenario), runtime_(load_runtime({.runtime = "fake",
                                                      .plugin_path = {},
                                                      .options = {{"fake", R"({"clock": "virtual"})"}}})
                                            .value()),
          control_(*testing::fake_control(*runtime_)), log_(*runtime_, project) {
        for (const ModelService& service : scenario_.services) {
            control_.script_service(service.declared.container.service, service.script);
        }
    }

    void all() {
        for (const Step& step : scenario_.steps) {
            one(step);
            settle();
            check_manager();
            ++done_;
        }
        take_down();
    }

    [[nodiscard]] std::size_t done() const { return done_; }

private:
    void one(const Step& step);
    void up(const Step& step);
    void restart(const Step& step);
    void disturb(const Step& step);
    void take_down();

    void settle();
    bool finish(Interferer& interferer, const Step& step);
    [[nodiscard]] Containers containers();
    void check_failed(const Error& error, const Containers& before, bool engine_lost);
    void check_up(const Step& step);
    void check_order(std::size_t first_event);
    void check_dependency(const std::vector<ContainerEvent>& events, std::size_t at,
                          const Dependency& dependency) const;
    void check_manager();
    [[nodiscard]] std::vector<Service> services(const Step& step) const;

    const Scenario& scenario_;
    std::shared_ptr<ContainerRuntime> runtime_;
    testing::FakeControl& control_;
    EngineLog log_;
    std::unique_ptr<LifecycleManager> manager_;
    std::size_t done_ = 0;
};

void Run::one(const Step& step) {
    switch (step.kind) {
    case Step::Kind::up:
        return up(step);
    case Step::Kind::down:
        return take_down();
    case Step::Kind::restart:
        return restart(step);
    case Step::Kind::exit_container:
    case Step::Kind::remove_container:
        return disturb(step);
    }
}

/// Until all that was to come of the step has come, and the log has it.
void Run::settle() {
    expect(control_.advance({}).has_value(), "the clock does not settle");
}

bool Run::finish(Interferer& interferer, const Step& step) {
    const bool interfered = interferer.finish();
    if (interfered && step.interference == Interference::lose_engine) {
        log_.resume();
    }
    settle();
    return interfered;
}

Containers Run::containers() {
    Containers result;
    const auto list = runtime_->list(project);
    // A failure that was scripted for an inspection does not concern a list.
    expect(list.has_value(), "the engine cannot be listed");
    for (const ContainerStatus& container : *list) {
        result.emplace(container.name, container);
    }
    return result;
}

std::vector<Service> Run::services(const Step& step) const {
    std::vector<Service> result;
    for (std::size_t i = 0; i < scenario_.services.size(); ++i) {
        result.push_back(scenario_.services[i].declared);
        if (step.changed[i]) {
            result.back().container.environment["CHANGED"] = "yes";
        }
    }
    return result;
}

void Run::up(const Step& step) {
    manager_ = std::make_unique<LifecycleManager>(
        runtime_, std::string(project), LifecyclePlan::create(services(step)).value(),
        LifecycleOptions{.parallel_starts = step.parallel_starts, .recreate = step.recreate});
    const Containers before = containers();
    const std::size_t first_event = log_.events().size();
    Interferer interferer(step, *manager_, control_);
    const auto started = manager_->start_all(interferer.token());
    const bool interfered = finish(interferer, step);
    const bool lost = interfered && step.interference == Interference::lose_engine;
    if (!lost) {
        check_order(first_event);
    }
    if (started) {
        check_up(step);
    } else {
        expect(interfered || !scenario_.faultless, "an undisturbed up failed: {}", text_of(started));
        check_failed(started.error(), before, lost);
    }
}

/// Not more than before; what is gone had been replaced and is named; what could not be removed is named.
void Run::check_failed(const Error& error, const Containers& before, bool engine_lost) {
    const Containers after = containers();
    const auto named = [&](const std::string& container) {
        return std::ranges::any_of(error.cleanup_failures, [&](const Error& failure) {
            return failure.subject == container || failure.subject == project;
        });
    };
    for (const auto& [name, status] : after) {
        const auto earlier = before.find(name);
        const bool there_before = earlier != before.end() && earlier->second.id == status.id;
        expect(there_before || named(name), "{} is left over and is not named in: {}", name,
               to_string(error));
    }
    for (const auto& [name, status] : before) {
        const auto later = after.find(name);
        const bool there = later != after.end() && later->second.id == status.id;
        expect(there || named(name) || engine_lost ||
                   error.hint.find(status.service) != std::string::npos,
               "{} is gone and is not named in: {}", name, to_string(error));
    }
}

/// Everything is there and as the manager says, unless it changes by itself.
void Run::check_up(const Step& step) {
    const Containers after = containers();
    const auto declared = services(step);
    for (std::size_t i = 0; i < declared.size(); ++i) {
        const ContainerSpec& spec = declared[i].container;
        const testing::FakeServiceScript& script = scenario_.services[i].script;
        const auto found = after.find(container_name(spec));
        const bool may_fail = !script.failures.empty() || script.never_healthy || script.exit_after;
        expect(found != after.end() || may_fail, "{} is not there after an up", spec.service);
        // One that others can do without may have failed, and what it should have replaced may be there.
        if (may_fail || step.recreate == Recreate::never) {
            continue;
        }
        const auto hash = found->second.labels.find("dev.fairlead.config-hash");
        expect(hash != found->second.labels.end() && hash->second == config_hash(spec),
               "{} has not the configuration that was asked for", spec.service);
    }
}

/// Each container that was started since that event was started when its dependencies were far enough.
void Run::check_order(std::size_t first_event) {
    const auto events = log_.events();
    std::set<std::string> seen;
    for (std::size_t at = 0; at < events.size(); ++at) {
        const ContainerEvent& event = events[at];
        const bool first =
            event.kind == ContainerEventKind::started && seen.insert(event.id.value()).second;
        if (!first || at < first_event) {
            continue;
        }
        const auto service =
            std::ranges::find(scenario_.services, event.service,
                              [](const ModelService& each) { return each.declared.container.service; });
        for (const Dependency& dependency : service->declared.depends_on) {
            // One that is not required may have failed, and then holds nobody up.
            if (dependency.required) {
                check_dependency(events, at, dependency);
            }
        }
    }
}

void Run::check_dependency(const std::vector<ContainerEvent>& events, std::size_t at,
                           const Dependency& dependency) const {
    const auto declared =
        std::ranges::find(scenario_.services, dependency.service,
                          [](const ModelService& each) { return each.declared.container.service; });
    const bool checked = declared->declared.container.healthcheck.has_value();
    ContainerId latest;
    bool held = false;
    for (std::size_t i = 0; i < at; ++i) {
        const ContainerEvent& event = events[i];
        if (event.service != dependency.service) {
            continue;
        }
        if (event.kind == ContainerEventKind::started && event.id != latest) {
            latest = event.id;
            held = false;
        }
        switch (dependency.condition) {
        case DependencyCondition::service_started:
            held = held || event.kind == ContainerEventKind::started;
            break;
        case DependencyCondition::service_healthy:
            held = held ||
                   event.kind == (checked ? ContainerEventKind::healthy : ContainerEventKind::started);
            break;
        case DependencyCondition::service_completed_successfully:
            held = held || (event.kind == ContainerEventKind::exited && event.exit_code == 0);
            break;
        }
    }
    expect(held, "{} was started before {} was {}", events[at].service, dependency.service,
           to_string(dependency.condition));
}

void Run::restart(const Step& step) {
    if (!manager_) {
        return;
    }
    std::optional<std::future<Result<void>>> supervised;
    std::stop_source end;
    if (step.supervised) {
        supervised = std::async(std::launch::async, [&] { return manager_->supervise(end.get_token()); });
    }
    const Containers before = containers();
    Interferer interferer(step, *manager_, control_);
    const auto restarted = manager_->restart(fmt::format("s{}", step.service), interferer.token());
    const bool interfered = finish(interferer, step);
    if (!restarted) {
        // What it depends on may not be there, which a restart does not look after; but failing it must
        // not.
        expect(interfered || !scenario_.faultless, "an undisturbed restart failed: {}",
               text_of(restarted));
        check_failed(restarted.error(), before,
                     interfered && step.interference == Interference::lose_engine);
    }
    if (supervised) {
        end.request_stop();
        supervised->get();
    }
}

void Run::disturb(const Step& step) {
    std::optional<std::future<Result<void>>> supervised;
    std::stop_source end;
    if (step.supervised && manager_) {
        supervised = std::async(std::launch::async, [&] { return manager_->supervise(end.get_token()); });
        settle();
    }
    const std::string name = fmt::format("{}.s{}", project, step.service);
    // It may not be there, or not run: then there is nothing to disturb.
    if (step.kind == Step::Kind::exit_container) {
        static_cast<void>(control_.exit_container(name, step.exit_code));
    } else {
        static_cast<void>(control_.remove_behind_back(name));
    }
    settle();
    if (supervised) {
        // It ends when nothing is left that runs.
        const bool goes_on = supervised->wait_for(std::chrono::seconds(0)) == std::future_status::timeout;
        if (goes_on && scenario_.faultless && !containers().contains(name)) {
            for (const ServiceView& view : manager_->snapshot()) {
                expect(view.service != fmt::format("s{}", step.service) || view.id.value().empty(),
                       "supervision has not seen that {} is gone", name);
            }
        }
        end.request_stop();
        supervised->get();
    }
}

/// Everything goes, if need be at the second attempt: a failure that was scripted comes only so often.
void Run::take_down() {
    if (!manager_) {
        return;
    }
    for (int attempt = 0; attempt < 6; ++attempt) {
        const auto stopped = manager_->stop_all();
        expect(stopped || !scenario_.faultless, "down failed: {}", text_of(stopped));
        if (stopped) {
            break;
        }
        settle();
        for (const auto& [name, status] : containers()) {
            const Error& error = stopped.error();
            const bool named = error.subject == name ||
                               std::ranges::find(error.cleanup_failures, name, &Error::subject) !=
                                   error.cleanup_failures.end();
            expect(named, "{} is left over and is not named in: {}", name, to_string(error));
        }
    }
    settle();
    expect(containers().empty(), "something is left after a down");
}

/// The events lead to what the snapshot says.
void Run::check_manager() {
    if (!manager_) {
        return;
    }
    std::stop_source now;
    now.request_stop();
    std::map<std::string, ServiceState> told;
    std::uint64_t number = 0;
    auto events = manager_->subscribe();
    const auto views = manager_->snapshot();
    while (const auto item = events.next(now.get_token())) {
        ++number;
        expect(item->event.number == number, "event {} stands where {} should", item->event.number,
               number);
        if (!item->event.service.empty()) {
            told[item->event.service] = item->event.state;
        }
    }
    for (const ServiceView& view : views) {
        expect(told[view.service] == view.state, "{}: the events say {}, the snapshot {}", view.service,
               to_string(told[view.service]), to_string(view.state));
    }
}

} // namespace

void run(const Scenario& scenario) {
    Run run(scenario);
    try {
        run.all();
    } catch (const Broken& broken) {
        throw Broken{fmt::format("after {} steps: {}", run.done(), broken.what)};
    }
}

} // namespace fairlead::model
