// SPDX-License-Identifier: MIT
#include <array>
#include <cstdlib>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <fairlead/runtime_config.hpp>
#include <fairlead/suggestion.hpp>

#include "reading.hpp"

using namespace fairlead;
using namespace fairlead::tests;

namespace {

using Names = std::vector<std::string>;

Stack stack() {
    return read_text(R"({"services": {
        "web": {"image": "i", "depends_on": {"api": {}, "trace": {"required": false}}},
        "api": {"image": "i", "depends_on": ["db"]},
        "db": {"image": "i"},
        "trace": {"image": "i", "profiles": ["debug"]},
        "shell": {"image": "i", "profiles": ["debug", "tools"], "depends_on": ["trace"]},
        "report": {"image": "i", "profiles": ["tools"], "depends_on": ["trace"]}}})")
        ->stack;
}

/// The names selected, or the error's message alone.
Names selected(const Names& names, const Names& profiles = {}) {
    const auto services = select_services(stack(), names, profiles);
    Names out;
    if (!services) {
        return {services.error().message};
    }
    for (const Service& service : *services) {
        out.push_back(service.container.service);
    }
    return out;
}

} // namespace

TEST_CASE("Without names, every service runs whose profile is on") {
    CHECK(selected({}) == Names{"web", "api", "db"});
    CHECK(selected({}, {"debug"}) == Names{"web", "api", "db", "trace", "shell"});
    CHECK(selected({}, {"*"}).size() == 6);
}

TEST_CASE("A named service brings what it depends on, in the stack's order") {
    CHECK(selected({"web"}) == Names{"web", "api", "db"});
    CHECK(selected({"db", "db"}) == Names{"db"});
    CHECK(selected({"api"}) == Names{"api", "db"});
}

TEST_CASE("Naming a service turns its profiles on") {
    CHECK(selected({"shell"}) == Names{"trace", "shell"});
    CHECK(selected({"report"}) == Names{"it depends on trace, whose profile (debug) is off"});
    CHECK(selected({"report", "trace"}) == Names{"trace", "report"});
}

TEST_CASE("A name that is not in the stack gets the likely one") {
    const auto services = select_services(stack(), {"wbe"}, {});
    REQUIRE_FALSE(services);
    CHECK(services.error().code == Errc::invalid_spec);
    CHECK(services.error().subject == "wbe");
    CHECK(services.error().hint == "Did you mean \"web\"?");
    CHECK(select_services(stack(), {"zzzzzz"}, {}).error().hint ==
          "Its services: web, api, db, trace, shell, report.");
}

TEST_CASE("The closest word is the nearest one that is near enough") {
    constexpr std::array<std::string_view, 4> words{"image", "ports", "expose", "init"};
    CHECK(closest_word("imgae", words) == "image");
    CHECK(closest_word("port", words) == "ports");
    CHECK(closest_word("expsoe", words) == "expose");
    CHECK(closest_word("int", words) == "init");
    CHECK_FALSE(closest_word("volumes", words));
    CHECK_FALSE(closest_word("", words));
    CHECK_FALSE(closest_word(std::string(1'000'000, 'x'), words));
    CHECK_FALSE(closest_word("x", std::array<std::string_view, 1>{"y"}));
}

TEST_CASE("A stack file is looked for in the folder and above, fairlead.json first") {
    const Folder folder;
    folder.write("a/b/unrelated.txt", "");
    CHECK(find_stack_file(folder.path() / "a/b").error().code == Errc::invalid_file);
    const auto compose = folder.write("compose.json", "{}");
    CHECK(find_stack_file(folder.path() / "a/b") == compose);
    const auto nearer = folder.write("a/compose.json", "{}");
    CHECK(find_stack_file(folder.path() / "a/b/") == nearer);
    const auto first = folder.write("a/fairlead.json", "{}");
    CHECK(find_stack_file(folder.path() / "a/b") == first);
}

TEST_CASE("When there is no stack file the error names the folders searched") {
    const Folder folder;
    const auto error = find_stack_file(folder.path()).error();
    CHECK(error.message.starts_with("no fairlead.json or compose.json in " + folder.path().string() +
                                    ", "));
    CHECK(error.message.ends_with(", /"));
}

TEST_CASE("A host's configuration file may hold anything beside x-fairlead") {
    const Folder folder;
    const auto read = [&folder](std::string_view text) {
        return read_runtime_config(folder.write("host.json", text));
    };
    CHECK(read("{}") == RuntimeConfig{});
    CHECK(
        read(
            R"({"mine": [1], "x-fairlead": {"runtime": "podman", "options": {"podman": {"a": "$X"}}}})") ==
        RuntimeConfig{"podman", {}, {{"podman", R"({"a":"$X"})"}}});
    const auto wrong = read(R"({"x-fairlead": {"runtim": "podman"}})");
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().subject.ends_with("host.json:1:17"));
    CHECK(wrong.error().hint == "Did you mean \"runtime\"?");
    CHECK(read("[]").error().message == "expected a map, got a list");
    CHECK_FALSE(read_runtime_config(folder.path() / "absent.json"));
}

TEST_CASE("The user's configuration is found by XDG_CONFIG_HOME and need not exist") {
    const Folder folder;
    ::setenv("XDG_CONFIG_HOME", folder.path().c_str(), 1);
    CHECK(read_user_config() == RuntimeConfig{});
    folder.write("fairlead/config.json", R"({"x-fairlead": {"runtime": "fake"}})");
    CHECK(read_user_config()->runtime == "fake");
    folder.write("fairlead/config.json", "{");
    CHECK_FALSE(read_user_config());
    ::unsetenv("XDG_CONFIG_HOME");
}

TEST_CASE("Without an environment of its own a stack file sees the process's") {
    ::setenv("FAIRLEAD_TEST_IMAGE", "from-process", 1);
    const Folder folder;
    const auto file = read_stack_file(
        folder.write("compose.json", R"({"services": {"web": {"image": "$FAIRLEAD_TEST_IMAGE"}}})"));
    REQUIRE(file);
    CHECK(file->stack.services[0].container.image == "from-process");
    ::unsetenv("FAIRLEAD_TEST_IMAGE");
}
