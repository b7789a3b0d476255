// SPDX-License-Identifier: MIT
//
// From "the container is healthy" to "the dependent's start begins", on the Docker engine that
// DOCKER_HOST names. docs/benchmarks.md has the definitions.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iterator>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <fairlead/lifecycle_manager.hpp>
#include <fairlead/runtime_config.hpp>

#include "../host/interrupt.hpp"
#include "../tests/support/raw_engine.hpp"
#include "../tests/support/temp_folder.hpp"
#include "health_events.hpp"

namespace fairlead::bench {
namespace {

using namespace std::chrono_literals;
using Milliseconds = std::chrono::duration<double, std::milli>;
using Times = std::vector<Milliseconds>;

constexpr auto engine_interval = 200ms;
constexpr int default_rounds = 20;

/// One round, by the one clock of the machine.
struct Round {
    /// The check can pass from here on.
    Timestamp passable{};
    HealthMoment raw{};
    Timestamp dependent_begins{};
};

std::string test_image() {
    const char* image = std::getenv("FAIRLEAD_TEST_IMAGE");
    return image == nullptr ? "busybox:latest" : image;
}

/// `first` is healthy once there is a file in `folder`; `second` waits for that.
std::vector<Service> stack_of(const std::string& project, HealthPace pace,
                              const std::filesystem::path& folder) {
    Service first;
    first.container = {.project = project, .service = "first", .image = test_image()};
    first.container.command = {"sleep", "600"};
    first.container.mounts = {BindMount{.source = folder, .target = "/gate"}};
    first.container.healthcheck =
        HealthCheck{.test = {"CMD", "test", "-f", "/gate/open"}, .interval = engine_interval};
    first.container.health_pace = pace;
    Service second;
    second.container = {.project = project, .service = "second", .image = test_image()};
    second.container.command = {"sleep", "600"};
    second.depends_on = {{.service = "first", .condition = DependencyCondition::service_healthy}};
    return {first, second};
}

/// Blocks until the service comes into that state; when it did.
Timestamp await(EventSubscription& events, std::string_view service, ServiceState state,
                const std::stop_token& stop) {
    while (const auto item = events.next(stop)) {
        if (item->event.service == service && item->event.state == state) {
            return item->event.time;
        }
    }
    throw std::runtime_error(fmt::format("{} has not come to be {}", service, to_string(state)));
}

/// What happens to one stack while its manager starts it.
Round observe(EventSubscription events, HealthEvents& raw, const std::filesystem::path& gate,
              std::chrono::milliseconds delay, const std::stop_token& stop) {
    Round round;
    await(events, "first", ServiceState::waiting, stop);
    // So that the moment has nothing to do with when the probes began.
    std::this_thread::sleep_for(delay);
    round.passable = std::chrono::system_clock::now();
    std::fclose(std::fopen(gate.c_str(), "w"));
    round.dependent_begins = await(events, "second", ServiceState::starting, stop);
    const auto moment = raw.next(stop);
    if (!moment) {
        throw std::runtime_error("the engine has told of no health");
    }
    round.raw = *moment;
    return round;
}

Round run_once(const std::shared_ptr<ContainerRuntime>& runtime, HealthPace pace,
               std::chrono::milliseconds delay, const std::stop_token& stop) {
    const std::string project = test::unique_project();
    const test::TempFolder folder;
    HealthEvents raw(test::RawEngine().socket(), project);
    LifecycleManager manager(runtime, project,
                             LifecyclePlan::create(stack_of(project, pace, folder.path())).value(),
                             {.stop_grace = 0ms});
    std::stop_source end;
    const std::stop_callback interrupted(stop, [&end] { end.request_stop(); });
    Result<void> up;
    std::jthread starter([&] {
        up = manager.start_all(stop);
        if (!up) {
            end.request_stop();
        }
    });
    std::exception_ptr failure;
    Round round;
    try {
        round = observe(manager.subscribe(), raw, folder.path() / "open", delay, end.get_token());
    } catch (...) {
        failure = std::current_exception();
    }
    starter.join();
    const auto down = manager.stop_all();
    if (!up || !down) {
        throw std::runtime_error(to_string(up ? down.error() : up.error()));
    }
    if (failure) {
        std::rethrow_exception(failure);
    }
    return round;
}

/// The value that the share `part` of the times does not exceed.
Milliseconds percentile(Times times, double part) {
    std::ranges::sort(times);
    const auto rank = static_cast<std::size_t>(std::ceil(part * static_cast<double>(times.size())));
    return times[std::max<std::size_t>(rank, 1) - 1];
}

void print(std::string_view what, const Times& times) {
    fmt::print("  {:<52} least {:7.2f}  p50 {:7.2f}  p95 {:7.2f} ms\n", what,
               percentile(times, 0).count(), percentile(times, 0.50).count(),
               percentile(times, 0.95).count());
}

template <class Function>
Times times_of(const std::vector<Round>& rounds, Function function) {
    Times times;
    std::ranges::transform(rounds, std::back_inserter(times), function);
    return times;
}

void print_engine_paced(const std::vector<Round>& rounds) {
    fmt::print("health: engine, {} rounds; from the time in the engine's event until\n", rounds.size());
    print("a raw reader has the event",
          times_of(rounds, [](const Round& r) { return r.raw.read - r.raw.happened; }));
    print("the dependent's start begins",
          times_of(rounds, [](const Round& r) { return r.dependent_begins - r.raw.happened; }));
    print("  later than the raw reader, in the same round by",
          times_of(rounds, [](const Round& r) { return r.dependent_begins - r.raw.read; }));
}

void print_eager(const std::vector<Round>& rounds) {
    fmt::print("health: eager, {} rounds; from the moment the check can pass until\n", rounds.size());
    print(fmt::format("a raw reader has the event (interval: {})", engine_interval),
          times_of(rounds, [](const Round& r) { return r.raw.read - r.passable; }));
    print("the dependent's start begins",
          times_of(rounds, [](const Round& r) { return r.dependent_begins - r.passable; }));
}

int run(int rounds) {
    const host::Interrupt interrupt;
    auto runtime = load_runtime({.runtime = "docker", .plugin_path = {}, .options = {}});
    if (!runtime) {
        throw std::runtime_error(to_string(runtime.error()));
    }
    std::mt19937 random(1);
    std::uniform_int_distribution<int> delay(300, 500);
    std::vector<Round> engine_paced;
    std::vector<Round> eager;
    // In turn, so that whatever else the machine does meets both.
    for (int i = 0; i < rounds; ++i) {
        engine_paced.push_back(run_once(*runtime, HealthPace::engine,
                                        std::chrono::milliseconds(delay(random)), interrupt.token()));
        eager.push_back(run_once(*runtime, HealthPace::eager, std::chrono::milliseconds(delay(random)),
                                 interrupt.token()));
    }
    print_engine_paced(engine_paced);
    print_eager(eager);
    return EXIT_SUCCESS;
}

} // namespace
} // namespace fairlead::bench

int main(int argc, char** argv) {
    const int rounds = argc > 1 ? std::atoi(argv[1]) : fairlead::bench::default_rounds;
    if (argc > 2 || rounds < 1) {
        std::fputs("usage: health-gate-bench [ROUNDS]\n", stderr);
        return 2;
    }
    try {
        return fairlead::bench::run(rounds);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "health-gate-bench: %s\n", error.what());
        return EXIT_FAILURE;
    }
}
