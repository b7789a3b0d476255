// SPDX-License-Identifier: MIT
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
    for (const ContainerStatus& left : fake.runtime().list("shop").value()) {
        CHECK(fake.runtime().remove(left.name));
    }
}

TEST_CASE("ten thousand containers come and go without their number slowing any of them down") {
    Fake fake;
    const auto before = std::chrono::steady_clock::now();
    constexpr int count = 10'000;
    std::vector<ContainerId> ids;
    for (int i = 0; i < count; ++i) {
        ContainerSpec spec = checked_spec("s" + std::to_string(i));
        spec.ports = {{.container_port = 80}};
        ids.push_back(fake.start(spec));
    }
    for (const ContainerId& id : ids) {
        CHECK(fake.runtime().wait_healthy(id, 1min));
        CHECK(fake.runtime().stop(id, 1s));
    }
    CHECK(fake.runtime().list("shop")->size() == count);
    for (int i = 0; i < count; ++i) {
        CHECK(fake.runtime().remove("shop.s" + std::to_string(i)));
    }
    MESSAGE("took " << std::chrono::duration<double>(std::chrono::steady_clock::now() - before).count()
                    << " s");
    CHECK(fake.runtime().list("shop")->empty());
}
