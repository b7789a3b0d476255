// SPDX-License-Identifier: MIT
#include <memory>
#include <optional>
#include <string>

#include <doctest/doctest.h>

#include <fairlead/testing/stack_fixture.hpp>

#include "../../support/temp_folder.hpp"

using namespace fairlead;
using fairlead::test::TempFolder;
using fairlead::testing::FakeControl;
using fairlead::testing::StackFixture;

namespace {

constexpr std::string_view shop = R"({
    "name": "shop",
    "x-fairlead": {"runtime": "fake", "options": {"fake": {"clock": "virtual"}}},
    "services": {"web": {"image": "busybox", "ports": ["8081:80"], "healthcheck": {"test": ["CMD", "true"]}}}
})";

std::string failure_of(const std::filesystem::path& file, testing::StackFixtureOptions options = {}) {
    try {
        const StackFixture fixture(file, std::move(options));
        return {};
    } catch (const std::exception& thrown) {
        return thrown.what();
    }
}

} // namespace

TEST_CASE("a fixture brings its stack up, gives access to the fake, and takes it down") {
    const TempFolder folder;
    std::shared_ptr<ContainerRuntime> runtime;
    {
        StackFixture fixture(folder.write("shop.json", shop));
        runtime = fixture.stack().runtime();
        CHECK(fixture.endpoint("web", 80) == Endpoint{"127.0.0.1", 8081});
        CHECK(fixture.manager().snapshot().at(0).state == ServiceState::healthy);
        CHECK(fixture.fake().exit_container("shop.web", 1));
        CHECK(fixture.runtime().list("shop")->size() == 1);
    }
    CHECK(runtime->list("shop")->empty());
}

TEST_CASE("a fixture that cannot come up throws the whole error") {
    const TempFolder folder;
    const auto file = folder.write("shop.json", shop);
    const std::string failure = failure_of(
        file, {.script = [](FakeControl& fake) {
            fake.script_service("web", {.never_healthy = true, .probe_output = "no route to db"});
        }});
    CHECK(failure.find("start service web") != std::string::npos);
    CHECK(failure.find("no route to db") != std::string::npos);
    CHECK(failure_of(folder.path() / "none.json").find("none.json") != std::string::npos);
}

TEST_CASE("a fixture's engine can be another than the file's, and its failures at the end are told") {
    const TempFolder folder;
    std::optional<Error> told;
    {
        StackFixture fixture(
            folder.write("shop.json", shop),
            {.runtime = RuntimeConfig{.runtime = "fake", .plugin_path = {}, .options = {}},
             .stack = {.on_down_failure = [&told](const Error& error) { told = error; }}});
        fixture.fake().fail_next(testing::FakeOperation::remove, Errc::engine_failed, "disk full", 1);
        CHECK_THROWS_WITH_AS(fixture.down(), doctest::Contains("disk full"), std::runtime_error);
        fixture.fake().fail_next(testing::FakeOperation::remove, Errc::engine_failed, "still full", 1);
    }
    REQUIRE(told);
    CHECK(told->message == "still full");
}
