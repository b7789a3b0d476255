// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <mutex>
#include <thread>

#include "../bench.hpp"
#include "areas.hpp"

namespace fairlead::conformance {
namespace {

using std::chrono::milliseconds;

constexpr int width = 16;

/// Runs it in sixteen threads at once; the first failure of any is the case's.
void at_once(const std::function<void(int)>& action) {
    std::mutex mutex;
    std::exception_ptr failure;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < width; ++i) {
            threads.emplace_back([&, i] {
                try {
                    action(i);
                } catch (...) {
                    const std::scoped_lock lock(mutex);
                    failure = failure ? failure : std::current_exception();
                }
            });
        }
    }
    if (failure) {
        std::rethrow_exception(failure);
    }
}

void whole_lives(Bench& bench) {
    std::vector<ContainerSpec> specs;
    for (int i = 0; i < width; ++i) {
        specs.push_back(bench.spec(
            fmt::format("s{}", i),
            {.lines = {fmt::format("I am {}", i)}, .exit_after = milliseconds{0}, .exit_code = i}));
    }
    at_once([&](int i) {
        const ContainerSpec& spec = specs.at(static_cast<std::size_t>(i));
        const ContainerId id = bench.start(spec);
        const Output output = bench.finish(id);
        expect_equal(output.out, fmt::format("I am {}\n", i), "the output");
        expect_equal(output.exit_code, i, "the exit code");
        value(bench.runtime().stop(id, milliseconds{0}, bench.stop()));
        value(bench.runtime().remove(container_name(spec), bench.stop()));
    });
    bench.expect_nothing_left();
}

void one_name(Bench& bench) {
    const ContainerSpec spec = bench.spec();
    std::atomic<int> started = 0;
    at_once([&](int) {
        const auto result = bench.runtime().start(spec, bench.stop());
        if (result) {
            ++started;
        } else {
            error_of(result, Errc::conflict);
        }
    });
    expect_equal(started.load(), 1, "how many of sixteen starts under one name succeeded");
    const auto listed = value(bench.runtime().list(bench.project(), bench.stop()));
    expect_equal(listed.size(), 1U, "the number of containers");
    expect_equal(listed[0].state, ContainerState::running, "the state of the one");
}

void one_network(Bench& bench) {
    at_once(
        [&](int) { value(bench.runtime().ensure_network({.project = bench.project()}, bench.stop())); });
    value(bench.runtime().remove_network(bench.project(), bench.stop()));
    NetworkSpec network{.project = bench.project(), .external = true};
    error_of(bench.runtime().ensure_network(network, bench.stop()), Errc::not_found);
}

void one_stop(Bench& bench) {
    const ContainerId id = bench.start(bench.spec());
    at_once([&](int) { value(bench.runtime().stop(id, milliseconds{100}, bench.stop())); });
    expect_equal(bench.inspect(id).state, ContainerState::stopped, "the state");
}

void one_removal(Bench& bench) {
    const ContainerSpec spec = bench.spec();
    bench.start(spec);
    at_once([&](int) { value(bench.runtime().remove(container_name(spec), bench.stop())); });
    bench.expect_nothing_left();
}

void one_wait(Bench& bench) {
    const ContainerId id = bench.start(bench.spec("main", {.healthy_after = milliseconds{300}}));
    at_once(
        [&](int) { value(bench.runtime().wait_healthy(id, std::chrono::seconds{60}, bench.stop())); });
}

void readers(Bench& bench) {
    const ContainerId id = bench.start(bench.spec("main", {.lines = {"line"}}));
    at_once([&](int i) {
        for (int round = 0; round < 5; ++round) {
            expect_equal(bench.inspect(id).state, ContainerState::running, "the state");
            expect_equal(value(bench.runtime().list(bench.project(), bench.stop())).size(), 1U,
                         "the number of containers");
            if (i % 4 == 0) {
                value(bench.runtime().version(bench.stop()));
            }
        }
    });
}

constexpr std::array cases = {
    Case{"threads/whole-lives", "sixteen threads start, read, stop and remove containers on one runtime",
         Need::nothing, whole_lives},
    Case{"threads/one-name", "of sixteen starts under one name one succeeds, the others are conflicts",
         Need::nothing, one_name},
    Case{"threads/one-network", "sixteen threads ensure one network, and there is one", Need::networks,
         one_network},
    Case{"threads/one-stop", "sixteen threads stop one container", Need::nothing, one_stop},
    Case{"threads/one-removal", "sixteen threads remove one container", Need::nothing, one_removal},
    Case{"threads/one-wait", "sixteen threads wait for one container's health", Need::nothing, one_wait},
    Case{"threads/readers", "sixteen threads inspect and list at once", Need::nothing, readers},
};

} // namespace

std::span<const Case> concurrency_cases() {
    return cases;
}

} // namespace fairlead::conformance
