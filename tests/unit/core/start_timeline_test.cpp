// SPDX-License-Identifier: MIT
#include <chrono>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "../../../core/src/start_timeline.hpp"
#include "fake_stack.hpp"

using namespace fairlead;
using namespace fairlead::test;
using namespace std::chrono_literals;

namespace {

const StartTimeline::Moment begin{};

/// db <- api <- web, with a quick cache that api waits for too.
StartTimings sample() {
    const auto plan = LifecyclePlan::create({service("db"), service("cache"),
                                             service("api", {{.service = "db"}, {.service = "cache"}}),
                                             service("web", {{.service = "api"}})})
                          .value();
    StartTimeline timeline(4, begin);
    for (const std::size_t root : {0, 1}) {
        timeline.released(root, begin, {});
        timeline.launched(root, begin);
    }
    timeline.started(0, begin + 300ms);
    timeline.ready(0, begin + 900ms);
    timeline.started(1, begin + 200ms);
    timeline.ready(1, begin + 250ms);
    timeline.released(2, begin + 900ms, 0);
    timeline.launched(2, begin + 1s);
    timeline.started(2, begin + 1300ms);
    timeline.ready(2, begin + 1400ms);
    timeline.released(3, begin + 1400ms, 2);
    timeline.kept(3, begin + 1400ms);
    timeline.ready(3, begin + 1400ms);
    return timeline.timings(plan);
}

} // namespace

TEST_CASE("the critical path leads through those that released each other last") {
    const StartTimings timings = sample();
    CHECK(timings.total == 1400ms);
    CHECK(timings.critical_path.front() == "db");
    CHECK(timings.critical_path[1] == "api");
}

TEST_CASE("a service's time is parted into waiting, queueing, the engine's work and becoming ready") {
    const StartTimings timings = sample();
    REQUIRE(timings.services.size() == 4);
    const ServiceTiming& api = timings.services[2];
    CHECK(api.service == "api");
    CHECK(api.waited == 900ms);
    CHECK(api.queued == 100ms);
    CHECK(api.engine == 300ms);
    CHECK(api.until_ready == 100ms);
    CHECK(api.released_by == "db");
    CHECK(timings.services[3].kept);
}

TEST_CASE("one that was never ready counts nothing, even where its failure released another") {
    const auto plan = LifecyclePlan::create(
                          {service("cache"), service("app", {{.service = "cache", .required = false}})})
                          .value();
    StartTimeline timeline(2, begin);
    timeline.released(0, begin, {});
    timeline.launched(0, begin);
    timeline.released(1, begin + 100ms, 0);
    timeline.launched(1, begin + 100ms);
    timeline.ready(1, begin + 300ms);
    const StartTimings timings = timeline.timings(plan);
    CHECK(timings.total == 300ms);
    CHECK(timings.critical_path == std::vector<std::string>{"cache", "app"});
    CHECK(timings.services.size() == 1);
}

TEST_CASE("timings are told to people and to programs") {
    const std::string text = to_string(sample());
    CHECK(text.find("critical path: db -> api") != std::string::npos);
    CHECK(text.find("(unchanged)") != std::string::npos);
    const auto json = nlohmann::json::parse(to_json(sample()));
    CHECK(json["total"] == 1.4);
    CHECK(json["critical_path"][0] == "db");
    CHECK(json["services"][2]["released_by"] == "db");
}

TEST_CASE("a manager knows after a start where its time went") {
    const FakeEngine engine(R"({"db": {"health_after": "2m"}})");
    auto manager = manager_of(engine, {service("quick"), checked("db"), service("api", {healthy("db")})});
    CHECK(manager.timings().services.empty());
    REQUIRE(manager.start_all());
    const StartTimings timings = manager.timings();
    CHECK(timings.critical_path == std::vector<std::string>{"db", "api"});
    CHECK(timings.services.size() == 3);
    CHECK(timings.total.count() > 0);
}
