// SPDX-License-Identifier: MIT
#include "scenario.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <random>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace fairlead::model {
namespace {

using namespace std::chrono_literals;
using testing::FakeFailure;
using testing::FakeOperation;
using testing::FakeServiceScript;

/// The same numbers with every standard library: its distributions are not specified, this is.
class Dice {
public:
    explicit Dice(std::uint64_t seed) : engine_(seed) {}

    std::size_t below(std::size_t limit) { return static_cast<std::size_t>(engine_() % limit); }
    bool chance(std::size_t percent) { return below(100) < percent; }
    std::chrono::nanoseconds time() {
        constexpr std::array<std::chrono::nanoseconds, 5> times{0ms, 10ms, 1s, 30s, 2min};
        return times[below(times.size())];
    }

private:
    std::mt19937_64 engine_;
};

constexpr std::array conditions{DependencyCondition::service_started,
                                DependencyCondition::service_healthy,
                                DependencyCondition::service_completed_successfully};

FakeFailure failure(Dice& dice) {
    constexpr std::array operations{FakeOperation::start, FakeOperation::wait_healthy,
                                    FakeOperation::stop, FakeOperation::remove, FakeOperation::inspect};
    constexpr std::array codes{Errc::start_failed, Errc::engine_failed, Errc::protocol,
                               Errc::unavailable};
    FakeFailure failure{.operation = operations[dice.below(operations.size())],
                        .nth = {static_cast<int>(1 + dice.below(2))},
                        .code = codes[dice.below(codes.size())]};
    failure.lost_reply = dice.chance(30);
    return failure;
}

FakeServiceScript script(Dice& dice, bool faulty) {
    FakeServiceScript script;
    script.start_after = dice.time();
    script.health_after = dice.time();
    script.stop_takes = dice.time();
    script.ignore_stop_signal = dice.chance(10);
    if (dice.chance(10)) {
        script.flapping = testing::FakeFlapping{};
    }
    if (!faulty) {
        return script;
    }
    script.never_healthy = dice.chance(10);
    if (dice.chance(20)) {
        script.exit_after = dice.time();
        script.exit_code = static_cast<int>(dice.below(3));
    }
    if (dice.chance(25)) {
        script.failures.push_back(failure(dice));
    }
    return script;
}

Service declare(Dice& dice, std::size_t index) {
    Service service;
    service.container.project = "model";
    service.container.service = fmt::format("s{}", index);
    service.container.image = "busybox";
    if (dice.chance(60)) {
        service.container.healthcheck =
            HealthCheck{.test = {"CMD", "true"}, .interval = 10s, .retries = 20};
    }
    if (dice.chance(20)) {
        service.container.restart = {.mode = RestartMode::on_failure, .max_retries = 2};
    }
    for (std::size_t other = 0; other < index; ++other) {
        if (dice.chance(35)) {
            service.depends_on.push_back({.service = fmt::format("s{}", other),
                                          .condition = conditions[dice.below(conditions.size())],
                                          .required = !dice.chance(20),
                                          .restart = dice.chance(30)});
        }
    }
    return service;
}

/// Those for whose completion others wait must complete, or nothing would ever be up.
void let_complete(Scenario& scenario, Dice& dice) {
    for (const ModelService& service : scenario.services) {
        for (const Dependency& dependency : service.declared.depends_on) {
            if (dependency.condition != DependencyCondition::service_completed_successfully) {
                continue;
            }
            const auto found =
                std::ranges::find(scenario.services, dependency.service, [](const ModelService& each) {
                    return each.declared.container.service;
                });
            FakeServiceScript& awaited = found->script;
            if (!awaited.exit_after) {
                awaited.exit_after = dice.time();
                awaited.exit_code = 0;
            }
            // One that ends before it is healthy has failed.
            awaited.health_after = 0ns;
            awaited.exit_after = std::max<std::chrono::nanoseconds>(*awaited.exit_after, 1ms);
        }
    }
}

Step step(Dice& dice, std::size_t services) {
    constexpr std::array kinds{Step::Kind::up,
                               Step::Kind::up,
                               Step::Kind::down,
                               Step::Kind::restart,
                               Step::Kind::restart,
                               Step::Kind::exit_container,
                               Step::Kind::remove_container};
    Step step{.kind = kinds[dice.below(kinds.size())], .service = dice.below(services)};
    step.exit_code = static_cast<int>(dice.below(3));
    for (std::size_t i = 0; i < services; ++i) {
        step.changed.push_back(dice.chance(25));
    }
    step.recreate = dice.chance(70)   ? Recreate::when_changed
                    : dice.chance(50) ? Recreate::always
                                      : Recreate::never;
    step.parallel_starts = 1 + dice.below(4);
    if (dice.chance(25)) {
        step.interference = dice.chance(70) ? Interference::cancel : Interference::lose_engine;
    }
    step.after_events = dice.below(services * 4);
    // A loss costs supervision a pause of real time, so it is a rare thing.
    step.supervised = step.interference == Interference::lose_engine ? dice.chance(2) : dice.chance(30);
    return step;
}

std::string describe(const ModelService& service) {
    const FakeServiceScript& script = service.script;
    std::string text = fmt::format(
        "  {}{}: start_after {} health_after {} stop_takes {}", service.declared.container.service,
        service.declared.container.healthcheck ? " (checked)" : "", script.start_after.count(),
        script.health_after.count(), script.stop_takes.count());
    text += script.never_healthy ? " never_healthy" : "";
    text += script.ignore_stop_signal ? " ignore_stop_signal" : "";
    text += script.flapping ? " flapping" : "";
    if (script.exit_after) {
        text += fmt::format(" exit_after {} code {}", script.exit_after->count(),
                            script.exit_code.value_or(0));
    }
    for (const FakeFailure& failure : script.failures) {
        text += fmt::format(" fail {} #{} {}{}", to_string(failure.operation), failure.nth.front(),
                            to_string(failure.code), failure.lost_reply ? " lost_reply" : "");
    }
    for (const Dependency& dependency : service.declared.depends_on) {
        text += fmt::format(" <- {} {}{}{}", dependency.service, to_string(dependency.condition),
                            dependency.required ? "" : " optional", dependency.restart ? " restart" : "");
    }
    return text;
}

std::string describe(const Step& step) {
    constexpr std::array names{"up", "down", "restart", "exit", "remove"};
    constexpr std::array modes{"when_changed", "always", "never"};
    constexpr std::array interferences{"", "cancel", "lose engine"};
    std::vector<std::size_t> changed;
    for (std::size_t i = 0; i < step.changed.size(); ++i) {
        if (step.changed[i]) {
            changed.push_back(i);
        }
    }
    return fmt::format("  {} s{} code {} changed [{}] recreate {} parallel {} {} after {} events{}",
                       names[static_cast<std::size_t>(step.kind)], step.service, step.exit_code,
                       fmt::join(changed, ","), modes[static_cast<std::size_t>(step.recreate)],
                       step.parallel_starts, interferences[static_cast<std::size_t>(step.interference)],
                       step.after_events, step.supervised ? " supervised" : "");
}

} // namespace

Scenario scenario_of(std::uint64_t seed) {
    Dice dice(seed);
    Scenario scenario{.seed = seed, .services = {}, .steps = {}, .faultless = dice.chance(50)};
    const std::size_t services = 1 + dice.below(5);
    for (std::size_t i = 0; i < services; ++i) {
        scenario.services.push_back({declare(dice, i), script(dice, !scenario.faultless)});
    }
    let_complete(scenario, dice);
    const std::size_t steps = 2 + dice.below(2);
    for (std::size_t i = 0; i < steps; ++i) {
        scenario.steps.push_back(step(dice, services));
    }
    scenario.steps.front().kind = Step::Kind::up;
    return scenario;
}

std::string to_string(const Scenario& scenario) {
    std::string text =
        fmt::format("seed {}{}\n", scenario.seed, scenario.faultless ? " (faultless)" : "");
    for (const ModelService& service : scenario.services) {
        text += describe(service) + "\n";
    }
    for (const Step& step : scenario.steps) {
        text += describe(step) + "\n";
    }
    return text;
}

} // namespace fairlead::model
