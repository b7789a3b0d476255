// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstring>

#include <doctest/doctest.h>

#include "environment.hpp"

using namespace fairlead;
using namespace fairlead::podman;

TEST_CASE("podman gets what it needs of the host's environment and nothing else") {
    const auto environment = engine_environment([](const char* name) -> const char* {
        for (const char* set : {"PATH", "HOME", "LD_PRELOAD", "AWS_SECRET", "CONTAINERS_CONF"}) {
            if (std::strcmp(name, set) == 0) {
                return "value";
            }
        }
        return nullptr;
    });
    CHECK(environment == std::vector<std::string>{"PATH=value", "HOME=value", "CONTAINERS_CONF=value",
                                                  "TZ=UTC", "PODMAN_IGNORE_CGROUPSV1_WARNING=1"});
}

TEST_CASE("ordinary values go into the environment file, byte for byte") {
    const auto plan = plan_environment(
        {{"A", "x=y \"q\" 'p' $z #"}, {"PATH", "/odd"}, {"EMPTY", ""}, {"LD_PRELOAD", "l"}});
    REQUIRE(plan);
    CHECK(plan->file == "A=x=y \"q\" 'p' $z #\nEMPTY=\nLD_PRELOAD=l\nPATH=/odd\n");
    CHECK(plan->inherited.empty());
    CHECK(plan->environment.empty());
}

TEST_CASE("a value that an environment file cannot carry goes through podman's own environment") {
    const auto plan = plan_environment(
        {{"LINES", "a\nb"}, {"RETURN", "a\r"}, {"LONG", std::string(70000, 'x')}, {"#ODD", "1"}});
    REQUIRE(plan);
    CHECK(plan->file.empty());
    CHECK(plan->inherited == std::vector<std::string>{"#ODD", "LINES", "LONG", "RETURN"});
    CHECK(std::ranges::find(plan->environment, "LINES=a\nb") != plan->environment.end());
}

TEST_CASE("a name that podman heeds is never put into podman's environment") {
    for (const char* name :
         {"PATH", "HOME", "LD_PRELOAD", "XDG_RUNTIME_DIR", "CONTAINERS_CONF", "CONTAINER_HOST", "TMPDIR",
          "GODEBUG", "https_proxy", "STORAGE_DRIVER", "LC_ALL"}) {
        CAPTURE(name);
        const auto plan = plan_environment({{name, "se\ncret"}});
        REQUIRE_FALSE(plan);
        CHECK(plan.error().code == Errc::unsupported);
        CHECK(plan.error().message.find(name) != std::string::npos);
        CHECK(plan.error().message.find("cret") == std::string::npos);
    }
}
