// SPDX-License-Identifier: MIT
#include <atomic>
#include <thread>

#include <doctest/doctest.h>

#include "fake_fixture.hpp"

using namespace fairlead;
using namespace fairlead::tests;

TEST_CASE("virtual hours pass in far less than a second") {
    Fake fake(R"({"clock": "virtual", "latency": "10m"})");
    const auto before = std::chrono::steady_clock::now();
    const ContainerId id = fake.start(spec_of("db"));
    REQUIRE(fake.runtime().stop(id, 1s));
    REQUIRE(fake.runtime().remove("shop.db"));
    CHECK(fake.elapsed() == 30min);
    CHECK(std::chrono::steady_clock::now() - before < 1s);
}

TEST_CASE("time waits for a host that is on its way from one thread to the next") {
    // The short wait is over first. If time then ran on to the end of the long one, whose caller
    // waits all the while, the second start would come an hour late.
    for (int round = 0; round < 20; ++round) {
        Fake fake(R"({"clock": "virtual", "services": {"short": {"health_after": "1s"},
                                                         "long": {"health_after": "1h"}}})");
        const ContainerId slow = fake.start(checked_spec("long"));
        const ContainerId quick = fake.start(checked_spec("short"));
        std::jthread waits_long([&] { CHECK(fake.runtime().wait_healthy(slow, no_timeout)); });
        std::jthread waits_short([&] {
            CHECK(fake.runtime().wait_healthy(quick, no_timeout));
            std::jthread([&] { std::jthread([&] { CHECK(fake.start(spec_of("next")) != quick); }); });
        });
        waits_short.join();
        waits_long.join();
        const auto next = fake.runtime().list("shop");
        REQUIRE(next->size() == 3);
        CHECK((*next)[1].name == "shop.next");
        CHECK((*next)[1].created_at - (*next)[0].created_at == 1s);
        CHECK(fake.elapsed() == 1h);
    }
}

TEST_CASE("under a hold time moves by advance alone, moment by moment") {
    Fake fake(R"({"clock": "virtual", "latency": "1s"})");
    const auto hold = fake.control().hold_clock();
    std::atomic<int> done = 0;
    std::jthread host([&] {
        for (int call = 0; call < 5; ++call) {
            CHECK(fake.runtime().version());
            ++done;
        }
    });
    REQUIRE(fake.control().advance({}));
    CHECK(done == 0);
    REQUIRE(fake.control().advance(3500ms));
    CHECK(done == 3);
    CHECK(fake.elapsed() == 3500ms);
    REQUIRE(fake.control().advance(10s));
    CHECK(done == 5);
}

TEST_CASE("the end of a hold lets time go on") {
    Fake fake(R"({"clock": "virtual", "latency": "1s"})");
    auto hold = fake.control().hold_clock();
    std::jthread host([&] { CHECK(fake.runtime().version()); });
    REQUIRE(fake.control().advance({}));
    CHECK(fake.elapsed() == 0s);
    hold.reset();
    host.join();
    CHECK(fake.elapsed() == 1s);
}

TEST_CASE("a host that computes for long holds time up, but not for ever") {
    Fake fake(R"({"clock": "virtual", "latency": "1s"})");
    std::jthread busy([](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
        }
    });
    CHECK(fake.runtime().version());
}

TEST_CASE("a call that is cancelled in its latency returns cancelled") {
    Fake fake(R"({"clock": "virtual", "latency": "1h"})");
    const auto hold = fake.control().hold_clock();
    std::stop_source stop;
    std::jthread host(
        [&] { CHECK(fake.runtime().version(stop.get_token()).error().code == Errc::cancelled); });
    REQUIRE(fake.control().advance({}));
    stop.request_stop();
    host.join();
    CHECK(fake.elapsed() == 0s);
}

TEST_CASE("with the real clock a latency takes its time and advance is unsupported") {
    Fake fake(R"({"latency": "20ms"})");
    const auto before = std::chrono::steady_clock::now();
    REQUIRE(fake.runtime().version());
    CHECK(std::chrono::steady_clock::now() - before >= 20ms);
    CHECK(fake.control().advance(1s).error().code == Errc::unsupported);
}
