// SPDX-License-Identifier: MIT
#include <string>

#include <doctest/doctest.h>

#include <fairlead/plugin_registry.hpp>

#include "fake_fixture.hpp"

using namespace fairlead;
using namespace fairlead::tests;

namespace {

Error refusal(std::string_view options) {
    auto loaded = PluginRegistry::standard().load("fake", options);
    REQUIRE_FALSE(loaded);
    return loaded.error();
}

/// The message, and that of the error that led to it if the loader put one around it.
std::string text_of(std::string_view options) {
    return to_string(refusal(options));
}

bool says(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("every documented option is accepted") {
    Fake fake(R"({"clock": "virtual", "latency": "1ms", "images": ["a"], "registry": ["b"],
        "networks": ["n"], "volumes": ["v"], "fail": [{"operation": "version", "nth": [9]}],
        "losses": [{"after": "1h", "lasts": "1m", "containers": "die"}, {"after": "2h", "containers": "run_on"}],
        "services": {"*": {}, "db": {"latency": "1ms", "start_after": "1ms", "health_after": "1ms",
            "never_healthy": false, "unhealthy_after": "1m", "flapping": {"healthy_for": "1s", "unhealthy_for": "1s"},
            "image_healthcheck": true, "probe_output": "x", "exit_after": "1m", "exit_times": 1, "exit_code": 3,
            "oom": false, "ignore_stop_signal": false, "stop_takes": "1s", "stop_exit_code": 0,
            "logs": ["a", {"after": "1s", "stream": "stdout", "text": "b"}],
            "fail": {"operation": "start", "nth": 7, "code": "start_failed", "message": "m", "lost_reply": true}}}})");
    CHECK(fake.runtime().version());
}

TEST_CASE("an unknown option is refused, with its path and the likely word") {
    const std::string text = text_of(R"({"services": {"db": {"health_aftr": "1s"}}})");
    CHECK(says(text, "services.db.health_aftr"));
    CHECK(says(text, "'health_after'"));
    CHECK(says(text_of(R"({"clok": "real"})"), "'clock'"));
    CHECK(says(text_of(R"({"services": {"db": {"logs": [{"txt": ""}]}}})"), "services.db.logs[0].txt"));
    CHECK(says(text_of(R"({"services": {"db": {"fail": {"operation": "strat"}}}})"), "'start'"));
}

TEST_CASE("a value of the wrong kind is refused, with its path") {
    CHECK(says(text_of(R"({"latency": 10})"), "latency"));
    CHECK(says(text_of(R"({"latency": "ten"})"), "latency"));
    CHECK(says(text_of(R"({"latency": "-1s"})"), "latency"));
    CHECK(says(text_of(R"({"images": "a"})"), "images"));
    CHECK(says(text_of(R"({"images": [1]})"), "images"));
    CHECK(says(text_of(R"({"services": []})"), "services"));
    CHECK(says(text_of(R"({"services": {"db": 1}})"), "services.db"));
    CHECK(says(text_of(R"({"services": {"db": {"oom": "yes"}}})"), "services.db.oom"));
    CHECK(says(text_of(R"({"services": {"db": {"exit_code": -1}}})"), "services.db.exit_code"));
    CHECK(says(text_of(R"({"services": {"db": {"fail": {"operation": "stop", "nth": 0}}}})"),
               "services.db.fail.nth"));
    CHECK(says(text_of(R"({"services": {"db": {"fail": {"code": "timeout"}}}})"), "operation"));
    CHECK(refusal("[]").code == Errc::invalid_spec);
    CHECK(refusal("{").code == Errc::invalid_spec);
    CHECK(refusal("").code == Errc::invalid_spec);
}
