// SPDX-License-Identifier: MIT
#include <atomic>
#include <optional>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "common/turnstile.hpp"

using namespace fairlead::plugin;

TEST_CASE("never more are inside than there are places") {
    Turnstile turnstile(2);
    std::atomic<int> inside = 0;
    std::atomic<int> most = 0;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 8; ++i) {
            threads.emplace_back([&] {
                for (int round = 0; round < 100; ++round) {
                    const auto turn = turnstile.enter({});
                    const int now = ++inside;
                    int before = most;
                    while (now > before && !most.compare_exchange_weak(before, now)) {
                    }
                    --inside;
                }
            });
        }
    }
    CHECK(most <= 2);
    CHECK(most >= 1);
}

TEST_CASE("whoever waits can be cancelled, and those behind are let in") {
    Turnstile turnstile(1);
    std::optional<Turnstile::Turn> held = turnstile.enter({});
    REQUIRE(held);
    std::stop_source stop;
    std::jthread cancelled([&] { CHECK_FALSE(turnstile.enter(stop.get_token())); });
    std::jthread patient([&] { CHECK(turnstile.enter({})); });
    stop.request_stop();
    cancelled.join();
    held.reset();
    patient.join();
}
