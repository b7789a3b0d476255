// SPDX-License-Identifier: MIT
//
// What the lifecycle manager itself costs: the engine is the fake, in real time and without delays.
// Whatever fails ends the program with 1, so that a short run serves as a test.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
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

void require(bool holds, const std::string& otherwise) {
    if (!holds) {
        std::fprintf(stderr, "manager-bench: %s\n", otherwise.c_str());
        std::exit(EXIT_FAILURE);
    }
}

template <class T>
void require(const Result<T>& result) {
    require(result.has_value(), result ? "" : to_string(result.error()));
}

/// The fake with a number of services for it.
struct Stand {
    explicit Stand(const benchmark::State& state) : count(static_cast<std::size_t>(state.range(0))) {
        auto loaded = load_runtime({.runtime = "fake", .plugin_path = {}, .options = {}});
        require(loaded);
        runtime = std::move(*loaded);
    }

    [[nodiscard]] std::vector<Service> services() const { return layered_stack(project, count); }

    [[nodiscard]] std::unique_ptr<LifecycleManager> manager() const {
        auto plan = LifecyclePlan::create(services());
        require(plan);
        return std::make_unique<LifecycleManager>(runtime, std::string(project), std::move(*plan));
    }

    [[nodiscard]] testing::FakeControl& control() const { return *testing::fake_control(*runtime); }

    void require_all_up() const { require_containers(count); }
    void require_all_gone() const { require_containers(0); }

    const std::size_t count;
    std::shared_ptr<ContainerRuntime> runtime;

private:
    void require_containers(std::size_t expected) const {
        const auto containers = runtime->list(project);
        require(containers);
        require(containers->size() == expected, "there are other containers than there should be");
    }
};

double milliseconds(Clock::duration time) {
    return std::chrono::duration<double, std::milli>(time).count();
}

/// `start_all` and `stop_all`. Making the plan and the manager, and looking at what has come of it, are
/// not part of the time.
void up_and_down(benchmark::State& state) {
    const Stand stand(state);
    Clock::duration up{};
    Clock::duration down{};
    for ([[maybe_unused]] auto _ : state) {
        state.PauseTiming();
        auto manager = stand.manager();
        state.ResumeTiming();
        const auto begin = Clock::now();
        require(manager->start_all());
        up += Clock::now() - begin;
        state.PauseTiming();
        stand.require_all_up();
        state.ResumeTiming();
        const auto middle = Clock::now();
        require(manager->stop_all());
        down += Clock::now() - middle;
        state.PauseTiming();
        stand.require_all_gone();
        manager.reset();
        state.ResumeTiming();
    }
    using benchmark::Counter;
    state.counters["up_ms"] = Counter(milliseconds(up), Counter::kAvgIterations);
    state.counters["down_ms"] = Counter(milliseconds(down), Counter::kAvgIterations);
}

/// A second `start_all`, which finds everything running and unchanged.
void up_again(benchmark::State& state) {
    const Stand stand(state);
    const auto manager = stand.manager();
    require(manager->start_all());
    for ([[maybe_unused]] auto _ : state) {
        require(manager->start_all());
    }
    require(manager->stop_all());
    stand.require_all_gone();
}

/// A `start_all` whose last service does not start, so that all the others are undone.
void failed_up(benchmark::State& state) {
    const Stand stand(state);
    const auto manager = stand.manager();
    stand.control().script_service(stand.services().back().container.service,
                                   {.failures = {{.operation = FakeOperation::start}}});
    for ([[maybe_unused]] auto _ : state) {
        require(!manager->start_all(), "the start that should fail has not");
    }
    stand.require_all_gone();
}

/// What a manager keeps of a service that is up, in bytes beyond the `Service` it was given: what its
/// destruction frees while the containers stay, less what the services take by themselves. The kept
/// events are part of it.
void memory(benchmark::State& state) {
    const Stand stand(state);
    for ([[maybe_unused]] auto _ : state) {
        const std::size_t before = heap_in_use();
        std::optional services(stand.services());
        const std::size_t of_services = heap_in_use() - before;
        services.reset();
        auto manager = stand.manager();
        require(manager->start_all());
        const std::size_t with_manager = heap_in_use();
        manager.reset();
        const std::size_t of_manager = with_manager - heap_in_use() - of_services;
        state.counters["bytes_per_service"] =
            static_cast<double>(of_manager) / static_cast<double>(stand.count);
        require(stand.manager()->stop_all());
        stand.require_all_gone();
    }
}

/// Threads of this process: while every layer but the first waits for one service that does not start,
/// and at most during `start_all` and `stop_all`.
void threads(benchmark::State& state) {
    const Stand stand(state);
    const std::string held = "service-0";
    for ([[maybe_unused]] auto _ : state) {
        const ThreadCensus census;
        const auto manager = stand.manager();
        Result<void> up;
        stand.control().block(FakeOperation::start, held);
        {
            const std::jthread starter([&] { up = manager->start_all(); });
            require(stand.control().await_blocked(FakeOperation::start, held));
            state.counters["while_waiting"] = static_cast<double>(census.now());
            stand.control().release(FakeOperation::start, held);
        }
        require(up);
        require(manager->stop_all());
        state.counters["at_most"] = static_cast<double>(census.most());
    }
    stand.require_all_gone();
}

void in_two_sizes(benchmark::internal::Benchmark* benchmark) {
    benchmark->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMillisecond);
}

void timed(benchmark::internal::Benchmark* benchmark) {
    in_two_sizes(benchmark);
    benchmark->MeasureProcessCPUTime()->UseRealTime();
}

void counted(benchmark::internal::Benchmark* benchmark) {
    in_two_sizes(benchmark);
    benchmark->Iterations(1);
}

BENCHMARK(up_and_down)->Apply(timed);
BENCHMARK(up_again)->Apply(timed);
BENCHMARK(failed_up)->Apply(timed);
BENCHMARK(memory)->Apply(counted);
BENCHMARK(threads)->Apply(counted);

} // namespace
} // namespace fairlead::bench

BENCHMARK_MAIN();
