// SPDX-License-Identifier: MIT
#include <chrono>
#include <future>
#include <stop_token>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "fake_stack.hpp"

using namespace fairlead;
using namespace fairlead::test;
using namespace std::chrono_literals;
using fairlead::testing::FakeOperation;

namespace {

Service changed(Service service) {
    service.container.environment["CHANGED"] = "yes";
    return service;
}

/// db <- api <- web, and one beside them.
std::vector<Service> chain() {
    return {checked("db"), checked("api", {healthy("db")}), service("web", {healthy("api")}),
            service("other")};
}

struct Ids {
    explicit Ids(const LifecycleManager& manager) {
        for (const ServiceView& view : manager.snapshot()) {
            of[view.service] = view.id.value();
        }
    }
    std::map<std::string, std::string> of;
};

/// Which services have another container than before.
std::vector<std::string> replaced(const Ids& before, const LifecycleManager& manager) {
    std::vector<std::string> names;
    for (const auto& [service, id] : Ids(manager).of) {
        if (before.of.at(service) != id) {
            names.push_back(service);
        }
    }
    return names;
}

using Names = std::vector<std::string>;

} // namespace

TEST_CASE("another process's start leaves an unchanged stack alone, and asks for no more than the list") {
    const FakeEngine engine;
    auto first = manager_of(engine, chain());
    REQUIRE(first.start_all());
    const auto calls = [&](FakeOperation operation) { return engine.control->calls(operation); };
    const auto starts = calls(FakeOperation::start);
    const auto waits = calls(FakeOperation::wait_healthy) + calls(FakeOperation::inspect);
    const auto lists = calls(FakeOperation::list);
    auto second = manager_of(engine, chain());
    REQUIRE(second.start_all());
    CHECK(calls(FakeOperation::start) == starts);
    CHECK(calls(FakeOperation::wait_healthy) + calls(FakeOperation::inspect) == waits);
    CHECK(calls(FakeOperation::list) == lists + 1);
    CHECK(replaced(Ids(first), second).empty());
    CHECK(view(second, "db").state == ServiceState::healthy);
    CHECK(view(second, "web").state == ServiceState::running);
}

TEST_CASE("a changed service is replaced, and those that depend on it are too, in order") {
    const FakeEngine engine;
    auto first = manager_of(engine, chain());
    REQUIRE(first.start_all());
    std::vector<Service> services = chain();
    services[1] = changed(services[1]);
    auto second = manager_of(engine, services);
    REQUIRE(second.start_all());
    CHECK(replaced(Ids(first), second) == Names{"api", "web"});
    CHECK(before(history(second), "api healthy", "web starting"));
    CHECK(engine.names().size() == 4);
}

TEST_CASE("a service that is missing is started, and those that depend on it run on") {
    const FakeEngine engine;
    auto first = manager_of(engine, chain());
    REQUIRE(first.start_all());
    REQUIRE(engine.control->remove_behind_back("demo.api"));
    auto second = manager_of(engine, chain());
    REQUIRE(second.start_all());
    CHECK(replaced(Ids(first), second) == Names{"api"});
}

TEST_CASE("a change reaches those that depend on a service which is itself missing") {
    const FakeEngine engine;
    auto first = manager_of(engine, chain());
    REQUIRE(first.start_all());
    REQUIRE(engine.control->remove_behind_back("demo.api"));
    std::vector<Service> services = chain();
    services[0] = changed(services[0]);
    auto second = manager_of(engine, services);
    REQUIRE(second.start_all());
    CHECK(replaced(Ids(first), second) == Names{"api", "db", "web"});
}

TEST_CASE("a container that has ended is replaced, unchanged as it is") {
    const FakeEngine engine;
    auto first = manager_of(engine, {service("a"), service("b")});
    REQUIRE(first.start_all());
    REQUIRE(engine.control->exit_container("demo.a", 0));
    auto second = manager_of(engine, {service("a"), service("b")});
    REQUIRE(second.start_all());
    CHECK(replaced(Ids(first), second) == Names{"a"});
    CHECK(view(second, "a").state == ServiceState::running);
}

TEST_CASE("all containers are replaced, or none that runs, when that is asked for") {
    const FakeEngine engine;
    auto first = manager_of(engine, chain());
    REQUIRE(first.start_all());
    std::vector<Service> services = chain();
    services[0] = changed(services[0]);
    auto never = manager_of(engine, services, {.recreate = Recreate::never});
    REQUIRE(never.start_all());
    CHECK(replaced(Ids(first), never).empty());
    auto always = manager_of(engine, chain(), {.recreate = Recreate::always});
    REQUIRE(always.start_all());
    CHECK(replaced(Ids(first), always) == Names{"api", "db", "other", "web"});
}

TEST_CASE("an image that may be another one each time counts as a change; how it is got does not") {
    const FakeEngine engine;
    Service a = service("a");
    auto first = manager_of(engine, {a});
    REQUIRE(first.start_all());
    a.container.pull_policy = PullPolicy::never;
    auto second = manager_of(engine, {a});
    REQUIRE(second.start_all());
    CHECK(replaced(Ids(first), second).empty());
    a.container.pull_policy = PullPolicy::always;
    auto third = manager_of(engine, {a});
    REQUIRE(third.start_all());
    CHECK(replaced(Ids(first), third) == Names{"a"});
}

TEST_CASE("a container that a killed start left on its way is adopted and waited for") {
    const FakeEngine engine(R"({"db": {"health_after": "2m"}})");
    // What a start leaves behind that is killed while it waits: the container runs, nobody waits.
    auto spec = checked("db").container;
    REQUIRE(engine.runtime->start(spec));
    auto manager = manager_of(engine, {checked("db"), service("api", {healthy("db")})});
    const Timestamp begin = engine.control->now();
    REQUIRE(manager.start_all());
    CHECK(engine.control->calls(FakeOperation::start) == 2);
    CHECK(engine.control->now() - begin == 2min);
    CHECK(before(history(manager), "db healthy", "api starting"));
}

TEST_CASE("a container that has another name than it shall have is replaced by one that has it") {
    const FakeEngine engine;
    REQUIRE(manager_of(engine, {service("a")}).start_all());
    Service renamed = service("a");
    renamed.container.container_name = "something-else";
    REQUIRE(manager_of(engine, {renamed}).start_all());
    CHECK(engine.names() == Names{"something-else"});
}

TEST_CASE(
    "orphans are told of and stay, unless they are to be removed; what is left out on purpose is none") {
    const FakeEngine engine;
    REQUIRE(manager_of(engine, {service("old"), service("web"), service("tool")}).start_all());
    LifecycleOptions options{.other_services = {"tool"}};
    auto telling = manager_of(engine, {service("web")}, options);
    REQUIRE(telling.start_all());
    CHECK(engine.names() == Names{"demo.old", "demo.tool", "demo.web"});
    CHECK(messages(telling).find("demo.old") != std::string::npos);
    CHECK(messages(telling).find("demo.tool") == std::string::npos);
    options.remove_orphans = true;
    REQUIRE(manager_of(engine, {service("web")}, options).start_all());
    CHECK(engine.names() == Names{"demo.tool", "demo.web"});
}

TEST_CASE("a failed start leaves what ran as it ran, and names what it had replaced") {
    const FakeEngine engine(R"({"bad": {"fail": {"operation": "start", "code": "start_failed"}}})");
    auto first = manager_of(engine, {service("a"), service("b"), service("c")});
    REQUIRE(first.start_all());
    auto second =
        manager_of(engine, {changed(service("a")), service("b"), service("c", {{.service = "bad"}}),
                            service("bad", {{.service = "a"}})});
    const auto started = second.start_all();
    REQUIRE_FALSE(started);
    CHECK(started.error().subject == "bad");
    CHECK(started.error().message.find("(needed for c)") != std::string::npos);
    CHECK(started.error().hint.find("containers of a ") != std::string::npos);
    CHECK(engine.names() == Names{"demo.b", "demo.c"});
    CHECK(view(second, "a").state == ServiceState::stopped);
    CHECK(view(second, "a").id.value().empty());
    CHECK(view(second, "b").state == ServiceState::running);
    CHECK(view(second, "c").state == ServiceState::running);
    CHECK(view(second, "b").id == view(first, "b").id);
}

TEST_CASE("an engine that is lost during the undoing takes nothing away that had not been touched") {
    const FakeEngine engine;
    auto first = manager_of(engine, {service("a"), service("b")});
    REQUIRE(first.start_all());
    engine.control->block(FakeOperation::start, "c");
    auto second = manager_of(engine, {service("a"), service("b", {{.service = "c"}}), service("c")});
    auto started = std::async(std::launch::async, [&] { return second.start_all(); });
    REQUIRE(engine.control->await_blocked(FakeOperation::start, "c"));
    engine.control->engine_lost();
    const auto result = started.get();
    REQUIRE_FALSE(result);
    CHECK_MESSAGE(result.error().hint.find("are gone") == std::string::npos, result.error().hint);
    CHECK(view(second, "a").state == ServiceState::running);
    CHECK(view(second, "b").state == ServiceState::running);
    CHECK(view(second, "b").id == view(first, "b").id);
}

TEST_CASE("a service that could not start for another's sake says so") {
    const FakeEngine engine(R"({"db": {"fail": {"operation": "start", "code": "start_failed"}}})");
    auto manager = manager_of(engine, chain());
    REQUIRE_FALSE(manager.start_all());
    for (const char* blocked : {"api", "web"}) {
        const ServiceView service = view(manager, blocked);
        CHECK(service.state == ServiceState::stopped);
        REQUIRE(service.error);
        CHECK(service.error->code == Errc::dependency_failed);
        CHECK(service.error->message.find("db") != std::string::npos);
    }
    CHECK_FALSE(view(manager, "other").error);
}

TEST_CASE("a start whose answer is lost leaves no container") {
    const FakeEngine engine(
        R"({"a": {"fail": {"operation": "start", "code": "protocol", "lost_reply": true}}})");
    const auto started = manager_of(engine, {service("a")}).start_all();
    REQUIRE_FALSE(started);
    CHECK(started.error().code == Errc::protocol);
    CHECK(engine.names().empty());
}
