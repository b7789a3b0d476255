// SPDX-License-Identifier: MIT
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <fairlead/lifecycle_manager.hpp>
#include <fairlead/stack.hpp>

#include "fake_fixture.hpp"

using namespace fairlead;
using namespace fairlead::tests;

namespace {

Service service(std::string name, const std::vector<std::string>& needs_healthy = {}) {
    Service made{.container = checked_spec(std::move(name))};
    made.container.healthcheck->start_period = 24h;
    for (const std::string& need : needs_healthy) {
        made.depends_on.push_back({.service = need, .condition = DependencyCondition::service_healthy});
    }
    return made;
}

LifecyclePlan plan_of(std::vector<Service> services) {
    return LifecyclePlan::create(std::move(services)).value();
}

} // namespace

TEST_CASE("a manager's threads see each start at its own virtual moment, the same in each run") {
    for (int round = 0; round < 10; ++round) {
        Fake fake(R"({"clock": "virtual", "services": {
            "db": {"health_after": "2m"}, "cache": {"health_after": "1m"}, "api": {"health_after": "3m"},
            "web": {"health_after": "30s"}, "slow": {"health_after": "30m"}}})");
        LifecycleManager manager(
            fake.shared(), "shop",
            plan_of({service("db"), service("cache"), service("api", {"db", "cache"}),
                     service("web", {"api"}), service("slow")}));
        const auto started = manager.start_all();
        REQUIRE_MESSAGE(started, to_string(started.error()));
        const auto list = fake.runtime().list("shop").value();
        REQUIRE(list.size() == 5);
        const auto begin = [&](std::size_t index) {
            return *list[index].started_at - *list[2].started_at;
        };
        CHECK(list[2].name == "shop.db");
        CHECK(begin(0) == 2min); // api
        CHECK(begin(1) == 0min); // cache
        CHECK(begin(3) == 0min); // slow
        CHECK(begin(4) == 5min); // web
        CHECK(fake.elapsed() == 30min);
        REQUIRE(manager.stop_all());
        CHECK(fake.runtime().list("shop")->empty());
    }
}

TEST_CASE("a manager stops twenty independent services in the time of one") {
    Fake fake(R"({"clock": "virtual", "services": {"*": {"stop_takes": "1s"}}})");
    std::vector<Service> services;
    for (int i = 0; i < 20; ++i) {
        services.push_back(service("s" + std::to_string(i)));
    }
    LifecycleManager manager(fake.shared(), "shop", plan_of(std::move(services)));
    REQUIRE(manager.start_all());
    const auto before = fake.elapsed();
    REQUIRE(manager.stop_all());
    CHECK(fake.elapsed() - before == 1s);
}
