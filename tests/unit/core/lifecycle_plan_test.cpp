// SPDX-License-Identifier: MIT
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <fairlead/lifecycle_plan.hpp>

using namespace fairlead;

namespace {

Service service(std::string name, std::vector<Dependency> depends_on = {}) {
    Service result;
    result.container.project = "demo";
    result.container.service = std::move(name);
    result.container.image = "busybox";
    result.depends_on = std::move(depends_on);
    return result;
}

std::vector<std::string> ordered(const LifecyclePlan& plan) {
    std::vector<std::string> names;
    for (const std::size_t i : plan.order()) {
        names.push_back(plan.services()[i].container.service);
    }
    return names;
}

Service publishing(std::string name, std::string ip, std::uint16_t port) {
    Service result = service(std::move(name));
    result.container.ports = {{.host_ip = std::move(ip), .host_port = port, .container_port = 80}};
    return result;
}

} // namespace

TEST_CASE("dependencies come first, and otherwise the order is that of the file") {
    const auto plan = LifecyclePlan::create({service("web", {{.service = "api"}}), service("zeta"),
                                             service("api", {{.service = "db"}}), service("db")});
    REQUIRE(plan);
    CHECK(ordered(*plan) == std::vector<std::string>{"zeta", "db", "api", "web"});
    CHECK(plan->dependencies(0).at(0).service == 2);
    CHECK(plan->dependents(3).at(0).service == 2);
}

TEST_CASE("a cycle is refused with its path") {
    const auto plan =
        LifecyclePlan::create({service("entry", {{.service = "a"}}), service("a", {{.service = "b"}}),
                               service("b", {{.service = "c"}}), service("c", {{.service = "a"}})});
    REQUIRE_FALSE(plan);
    CHECK(plan.error().code == Errc::invalid_spec);
    CHECK(plan.error().subject == "a -> b -> c -> a");
}

TEST_CASE("a service that depends on itself is a cycle") {
    const auto plan = LifecyclePlan::create({service("a", {{.service = "a"}})});
    REQUIRE_FALSE(plan);
    CHECK(plan.error().subject == "a -> a");
}

TEST_CASE("a missing dependency is an error if required and is dropped otherwise") {
    const auto required = LifecyclePlan::create({service("web", {{.service = "db"}})});
    REQUIRE_FALSE(required);
    CHECK(required.error().message.find("'db'") != std::string::npos);
    const auto optional = LifecyclePlan::create({service("web", {{.service = "db", .required = false}})});
    REQUIRE(optional);
    CHECK(optional->dependencies(0).empty());
}

TEST_CASE("two services of one name or one container name are refused") {
    CHECK_FALSE(LifecyclePlan::create({service("a"), service("a")}));
    Service other = service("b");
    other.container.container_name = "demo.a";
    CHECK_FALSE(LifecyclePlan::create({service("a"), other}));
}

TEST_CASE("a host port may be published once on each address") {
    CHECK_FALSE(
        LifecyclePlan::create({publishing("a", "127.0.0.1", 80), publishing("b", "127.0.0.1", 80)}));
    CHECK_FALSE(
        LifecyclePlan::create({publishing("a", "0.0.0.0", 80), publishing("b", "127.0.0.1", 80)}));
    CHECK(LifecyclePlan::create({publishing("a", "127.0.0.1", 80), publishing("b", "127.0.0.2", 80)}));
    CHECK(LifecyclePlan::create({publishing("a", "127.0.0.1", 0), publishing("b", "127.0.0.1", 0)}));
}
