// SPDX-License-Identifier: MIT
#include <cstdint>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "fake_fixture.hpp"

using namespace fairlead;
using namespace fairlead::tests;

namespace {

void live_and_die(Fake& fake, int worker, int round) {
    ContainerSpec spec = checked_spec("s" + std::to_string(worker));
    spec.ports = {{.container_port = 80}};
    const auto id = fake.runtime().start(spec);
    CHECK(id);
    CHECK(fake.runtime().wait_healthy(*id, no_timeout));
    auto log = fake.runtime().logs(*id, {.follow = round % 2 == 0});
    CHECK(log);
    CHECK(fake.runtime().list("shop"));
    CHECK(fake.runtime().stop(*id, 2s));
    CHECK(read_all(**log).starts_with("up\n"));
    CHECK(fake.runtime().remove("shop." + spec.service));
}

} // namespace

TEST_CASE("many threads use one engine at once, and nothing is left") {
    for (const char* clock : {"virtual", "real"}) {
        Fake fake(std::string(R"({"clock": ")") + clock + R"(", "latency": "100us", "services": {"*": {
            "health_after": "2ms", "stop_takes": "1ms", "logs": ["up", {"after": "1ms", "text": "more"}]}}})");
        std::stop_source stop;
        std::jthread watcher([&] {
            auto events = fake.runtime().watch("shop");
            while (events->next(stop.get_token())) {
            }
        });
        {
            std::vector<std::jthread> workers;
            for (int worker = 0; worker < 8; ++worker) {
                workers.emplace_back([&fake, worker] {
                    for (int round = 0; round < 5; ++round) {
                        live_and_die(fake, worker, round);
                    }
                });
            }
        }
        stop.request_stop();
        CHECK(fake.runtime().list("shop")->empty());
        CHECK(fake.runtime().remove_network("shop"));
    }
}

TEST_CASE("the engine is lost and comes back amid calls, and every call ends") {
    Fake fake(R"({"clock": "virtual", "latency": "1ms", "services": {"*": {"health_after": "5ms"}}})");
    std::vector<std::jthread> workers;
    for (int worker = 0; worker < 6; ++worker) {
        workers.emplace_back([&fake, worker] {
            const std::string service = "s" + std::to_string(worker);
            for (int round = 0; round < 20; ++round) {
                if (const auto id = fake.runtime().start(checked_spec(service))) {
                    (void)fake.runtime().wait_healthy(*id, 10ms);
                }
                (void)fake.runtime().remove("shop." + service);
            }
        });
    }
    for (int loss = 0; loss < 20; ++loss) {
        fake.control().engine_lost(loss % 2 == 0 ? testing::FakeLossMode::containers_die
                                                 : testing::FakeLossMode::containers_run_on);
        std::this_thread::yield();
        fake.control().engine_back();
    }
    workers.clear();
    const auto list = fake.runtime().list("shop").value();
    for (const ContainerStatus& left : list) {
        CHECK(fake.runtime().remove(left.name));
    }
}

TEST_CASE("ten thousand containers live at once, each with a port of its own") {
    Fake fake;
    constexpr int count = 10'000;
    ContainerSpec spec = checked_spec("");
    spec.ports = {{.container_port = 80}};
    int failures = 0;
    for (int i = 0; i < count; ++i) {
        spec.service = "s" + std::to_string(i);
        const auto id = fake.runtime().start(spec);
        failures += id && fake.runtime().wait_healthy(*id, 1min) ? 0 : 1;
    }
    std::set<std::uint16_t> ports;
    const auto list = fake.runtime().list("shop").value();
    for (const ContainerStatus& status : list) {
        ports.insert(status.ports.at(0).host_port);
        failures += fake.runtime().stop(status.id, 1s) && fake.runtime().remove(status.name) ? 0 : 1;
    }
    CHECK(failures == 0);
    CHECK(ports.size() == count);
    CHECK(fake.runtime().list("shop")->empty());
}
