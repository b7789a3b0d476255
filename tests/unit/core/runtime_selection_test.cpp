// SPDX-License-Identifier: MIT
#include <cstdlib>

#include <doctest/doctest.h>

#include <fairlead/runtime_config.hpp>

using namespace fairlead;

TEST_CASE("the flag beats the environment, which beats the stack, which beats the user, which beats the "
          "default") {
    RuntimeConfig stack;
    RuntimeConfig user;
    CHECK(select_runtime("", stack, user).runtime == "docker");
    user.runtime = "from-user";
    CHECK(select_runtime("", stack, user).runtime == "from-user");
    stack.runtime = "from-stack";
    CHECK(select_runtime("", stack, user).runtime == "from-stack");
    ::setenv("FAIRLEAD_RUNTIME", "from-environment", 1);
    CHECK(select_runtime("", stack, user).runtime == "from-environment");
    CHECK(select_runtime("from-flag", stack, user).runtime == "from-flag");
    ::unsetenv("FAIRLEAD_RUNTIME");
}

TEST_CASE("the stack's options replace the user's engine by engine, and its directories come first") {
    const RuntimeConfig stack{.runtime = {}, .plugin_path = {"/stack"}, .options = {{"a", "1"}}};
    const RuntimeConfig user{
        .runtime = {}, .plugin_path = {"/user"}, .options = {{"a", "2"}, {"b", "3"}}};
    const RuntimeConfig chosen = select_runtime("", stack, user);
    CHECK(chosen.plugin_path == std::vector<std::filesystem::path>{"/stack", "/user"});
    CHECK(chosen.options == std::map<std::string, std::string>{{"a", "1"}, {"b", "3"}});
}

TEST_CASE("a runtime gets the options under its own name and no others") {
    const auto loaded =
        load_runtime({.runtime = "fake",
                      .plugin_path = {},
                      .options = {{"fake", R"({"no_such_option": 1})"}, {"other", "{}"}}});
    REQUIRE_FALSE(loaded);
    CHECK(to_string(loaded.error()).find("no_such_option") != std::string::npos);
    CHECK(load_runtime({.runtime = "fake", .plugin_path = {}, .options = {}}));
}
