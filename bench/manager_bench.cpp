// SPDX-License-Identifier: MIT
//
// What the lifecycle manager itself costs: the engine is the fake, in real time and without delays.
#include <chrono>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include <fairlead/lifecycle_manager.hpp>
#include <fairlead/runtime_config.hpp>
#include <fairlead/testing/fake_control.hpp>

#include "footprint.hpp"
#include "layered_stack.hpp"

namespace fairlead::bench {
namespace {

using testing::FakeOperation;
using Clock = std::chrono::steady_clock;

constexpr std::string_view project = "bench";

std::shared_ptr<ContainerRuntime> load_fake(benchmark::State& state) {
    auto runtime = load_runtime({.runtime = "fake", .plugin_path = {}, .options = {}});
    if (!runtime) {
        state.SkipWithError(to_string(runtime.error()).c_str());
        return nullptr;
    }
    return *runtime;
}

std::size_t services_of(const benchmark::State& state) {
    return static_cast<std::size_t>(state.range(0));
}

LifecyclePlan plan_of(std::size_t count) {
    return LifecyclePlan::create(layered_stack(project, count)).value();
}

bool succeeded(benchmark::State& state, const Result<void>& result) {
    if (!result) {
        state.SkipWithError(to_string(result.error()).c_str());
    }
    return result.has_value();
}

/// Whether all of them are there, or none.
bool has_containers(benchmark::State& state, ContainerRuntime& runtime, std::size_t count) {
    const auto containers = runtime.list(project);
    const bool right = containers && containers->size() == count;
    if (!right) {
        state.SkipWithError("other containers are there than should be");
    }
    return right;
}

/// The time of `start_all` and of `stop_all`. The plan and the manager are made outside of it.
void up_and_down(benchmark::State& state) {
    const auto runtime = load_fake(state);
    double up = 0;
    double down = 0;
    const auto milliseconds = [](Clock::duration time) {
        return std::chrono::duration<double, std::milli>(time).count();
    };
    while (state.KeepRunning()) {
        state.PauseTiming();
        std::optional<LifecycleManager> manager;
        manager.emplace(runtime, std::string(project), plan_of(services_of(state)));
        state.ResumeTiming();
        const auto begin = Clock::now();
        if (!succeeded(state, manager->start_all())) {
            return;
        }
        const auto middle = Clock::now();
        state.PauseTiming();
        if (!has_containers(state, *runtime, services_of(state))) {
            return;
        }
        state.ResumeTiming();
        const auto resumed = Clock::now();
        if (!succeeded(state, manager->stop_all())) {
            return;
        }
        up += milliseconds(middle - begin);
        down += milliseconds(Clock::now() - resumed);
        state.PauseTiming();
        if (!has_containers(state, *runtime, 0)) {
            return;
        }
        manager.reset();
        state.ResumeTiming();
    }
    using benchmark::Counter;
    state.counters["up_ms"] = Counter(up, Counter::kAvgIterations);
    state.counters["down_ms"] = Counter(down, Counter::kAvgIterations);
    const auto all = static_cast<double>(state.iterations()) * static_cast<double>(state.range(0));
    state.counters["us_per_service"] = (up + down) * 1000 / all;
}
BENCHMARK(up_and_down)
    ->Arg(1'000)
    ->Arg(10'000)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

/// A second `start_all` that finds everything running and unchanged.
void up_again(benchmark::State& state) {
    const auto runtime = load_fake(state);
    LifecycleManager manager(runtime, std::string(project), plan_of(services_of(state)));
    if (!succeeded(state, manager.start_all())) {
        return;
    }
    for ([[maybe_unused]] auto _ : state) {
        if (!succeeded(state, manager.start_all())) {
            return;
        }
    }
    if (succeeded(state, manager.stop_all())) {
        has_containers(state, *runtime, 0);
    }
}
BENCHMARK(up_again)->Arg(1'000)->Arg(10'000)->MeasureProcessCPUTime()->UseRealTime()->Unit(
    benchmark::kMillisecond);

/// A `start_all` whose last service does not start, so that all the others are undone.
void failed_up(benchmark::State& state) {
    const auto runtime = load_fake(state);
    const auto services = layered_stack(project, services_of(state));
    testing::fake_control(*runtime)->script_service(
        services.back().container.service,
        {.failures = {{.operation = FakeOperation::start, .code = Errc::start_failed}}});
    LifecycleManager manager(runtime, std::string(project), plan_of(services_of(state)));
    for ([[maybe_unused]] auto _ : state) {
        if (manager.start_all()) {
            state.SkipWithError("the start that should fail has not");
            return;
        }
    }
    has_containers(state, *runtime, 0);
}
BENCHMARK(failed_up)->Arg(1'000)->Arg(10'000)->MeasureProcessCPUTime()->UseRealTime()->Unit(
    benchmark::kMillisecond);

/// What one manager keeps of a service that is up, in bytes beyond the `Service` it was given: what its
/// destruction frees while the containers stay, less what the services take by themselves. The events it
/// keeps are part of it.
void memory(benchmark::State& state) {
    const auto runtime = load_fake(state);
    const std::size_t count = services_of(state);
    for ([[maybe_unused]] auto _ : state) {
        const std::size_t before_services = heap_in_use();
        std::optional<std::vector<Service>> services = layered_stack(project, count);
        const std::size_t of_services = heap_in_use() - before_services;
        services.reset();
        std::optional<LifecycleManager> manager;
        manager.emplace(runtime, std::string(project), plan_of(count));
        if (!succeeded(state, manager->start_all())) {
            return;
        }
        const std::size_t with_manager = heap_in_use();
        manager.reset();
        const std::size_t of_manager = with_manager - heap_in_use() - of_services;
        state.counters["bytes_per_service"] =
            static_cast<double>(of_manager) / static_cast<double>(count);
        LifecycleManager next(runtime, std::string(project), plan_of(count));
        if (!succeeded(state, next.stop_all()) || !has_containers(state, *runtime, 0)) {
            return;
        }
    }
}
BENCHMARK(memory)->Arg(1'000)->Arg(10'000)->Iterations(1)->Unit(benchmark::kMillisecond);

/// Threads of this process, its own included: while all but the first layer wait for one service that
/// does not start, and at most during `start_all` and `stop_all`.
void threads(benchmark::State& state) {
    const auto runtime = load_fake(state);
    testing::FakeControl& fake = *testing::fake_control(*runtime);
    for ([[maybe_unused]] auto _ : state) {
        const ThreadCensus census;
        LifecycleManager manager(runtime, std::string(project), plan_of(services_of(state)));
        fake.block(FakeOperation::start, "service-0");
        Result<void> up;
        {
            const std::jthread starter([&] { up = manager.start_all(); });
            if (!succeeded(state, fake.await_blocked(FakeOperation::start, "service-0"))) {
                return;
            }
            // Itself, the starter, the census, and the fake's clock are no thread of a service.
            state.counters["while_waiting"] = static_cast<double>(threads_now()) - 4;
            fake.release(FakeOperation::start, "service-0");
        }
        if (!succeeded(state, up) || !succeeded(state, manager.stop_all())) {
            return;
        }
        state.counters["at_most"] = static_cast<double>(census.most());
    }
}
BENCHMARK(threads)->Arg(1'000)->Arg(10'000)->Iterations(1)->Unit(benchmark::kMillisecond);

} // namespace
} // namespace fairlead::bench

BENCHMARK_MAIN();
