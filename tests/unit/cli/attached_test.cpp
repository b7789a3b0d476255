// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <csignal>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "../../support/lifecycle_output.hpp"
#include "../../support/sample_stacks.hpp"
#include "../../support/stand.hpp"

using namespace fairlead::test;
using namespace std::chrono_literals;
using Names = std::vector<std::string>;

namespace {

struct FakeStand : Stand {
    FakeStand() : Stand("fake") {}
};

struct FakeChain : FakeStand {
    FakeChain() {
        options("fake", sample::chain_on_fake);
        stack(sample::chain, sample::chain_volumes);
    }
};

} // namespace

TEST_CASE_FIXTURE(FakeChain, "up -d on an engine that ends with the command is refused and explained") {
    const Outcome up = run({"up", "-d"});
    CHECK(up.code == 2);
    CHECK(up.out.empty());
    for (const char* text : {"process", "Leave out -d"}) {
        CHECK_MESSAGE(up.err.find(text) != std::string::npos, up.err);
    }
}

TEST_CASE_FIXTURE(FakeChain, "up follows the dependencies, and Ctrl-C takes the stack down in reverse") {
    Process up(command({"--format", "json", "up"}));
    up.await_out("web is done");
    up.await_out(R"("service":"web","state":"running")");
    up.signal(SIGINT);
    const Outcome outcome = up.wait();
    CHECK_MESSAGE(outcome.code == 130, outcome.err);
    Names states = states_in(outcome.out);
    REQUIRE(states.size() == 18);
    // Before the first start there is no order.
    std::sort(states.begin(), states.begin() + 3);
    CHECK(states == Names{"api pending", "db pending", "web pending", "db starting", "db waiting",
                          "db healthy", "api starting", "api waiting", "api healthy", "web starting",
                          "web waiting", "web running", "web stopping", "web stopped", "api stopping",
                          "api stopped", "db stopping", "db stopped"});
    CHECK(lines_in(outcome.out, "web", "stdout") == Names{"hello from api", "web is done"});
}

TEST_CASE_FIXTURE(FakeChain, "attached, each log line carries its service") {
    Process up(command({"up"}));
    up.await_out("db  | db is ready\n");
    up.await_out("web | web is done\n");
    up.signal(SIGINT);
    CHECK(up.wait().code == 130);
}

TEST_CASE_FIXTURE(FakeChain, "SIGTERM takes the stack down as Ctrl-C does") {
    Process up(command({"up"}));
    up.await_err("is up");
    up.signal(SIGTERM);
    const Outcome outcome = up.wait();
    CHECK_MESSAGE(outcome.code == 130, outcome.err);
    CHECK(outcome.err.find("db   removed") != std::string::npos);
}

TEST_CASE_FIXTURE(FakeChain, "--runtime, then FAIRLEAD_RUNTIME, comes before what the file names") {
    environment["FAIRLEAD_RUNTIME"] = "no-such-engine";
    const Outcome by_environment = run({"ps"});
    CHECK(by_environment.code == 2);
    CHECK(by_environment.err.find("no-such-engine") != std::string::npos);
    const Outcome by_flag = run({"--runtime", "fake", "ps"});
    CHECK_MESSAGE(by_flag.code == 0, by_flag.err);
}

TEST_CASE_FIXTURE(FakeStand, "a second Ctrl-C ends up at once although a service ignores the first") {
    options("fake", R"({"services": {"one": {"ignore_stop_signal": true}}})");
    stack(R"({"one": {"image": "busybox", "stop_grace_period": "1h"}})");
    Process up(command({"up"}));
    up.await_err("is up");
    up.signal(SIGINT);
    up.await_err("stopping");
    const auto second = std::chrono::steady_clock::now();
    up.signal(SIGINT);
    CHECK(up.wait().code == 130);
    CHECK(std::chrono::steady_clock::now() - second < 5s);
}

TEST_CASE_FIXTURE(FakeStand,
                  "a service that ends before it is healthy fails up with its name, its code and "
                  "its last words") {
    options("fake", R"({"services": {"bad": {"exit_after": "10ms", "exit_code": 17, "never_healthy": true,
                                             "logs": ["one last word"]}}})");
    stack(sample::exits_early);
    const Outcome up = run({"up"});
    CHECK(up.code == 1);
    for (const char* text : {"bad", "17", "one last word"}) {
        CHECK_MESSAGE(up.err.find(text) != std::string::npos, up.err);
    }
    CHECK(up.err.find("good   removed") != std::string::npos);
}

TEST_CASE_FIXTURE(FakeStand, "up ends with a failure when a service does while it attends") {
    options("fake", R"({"services": {"one": {"exit_after": "200ms", "exit_code": 3}}})");
    stack(R"({"one": {"image": "busybox"}})");
    const Outcome up = run({"up"});
    CHECK_MESSAGE(up.code == 1, up.err);
    CHECK_MESSAGE(up.err.find("exited with code 3") != std::string::npos, up.err);
}

TEST_CASE_FIXTURE(FakeStand, "up ends well when all services have done their work") {
    options("fake", R"({"services": {"one": {"exit_after": "200ms", "logs": ["done"]}}})");
    stack(R"({"one": {"image": "busybox"}})");
    const Outcome up = run({"up"});
    CHECK_MESSAGE(up.code == 0, up.err);
    CHECK(up.out == "one | done\n");
}

TEST_CASE_FIXTURE(FakeChain, "output that cannot be written ends up with a failure") {
    Command full = command({"up"});
    full.output = "/dev/full";
    const Outcome up = fairlead::test::run(full);
    CHECK_MESSAGE(up.code == 1, up.err);
    CHECK(up.err.find("db   removed") != std::string::npos);
}

TEST_CASE_FIXTURE(FakeStand, "up can end with the first service that ends, and return its exit code") {
    options("fake", R"({"services": {"tests": {"exit_after": "200ms", "exit_code": 3}}})");
    stack(R"({"db": {"image": "busybox"}, "tests": {"image": "busybox", "depends_on": ["db"]}})");
    for (const char* option : {"--abort-on-exit", "--abort-on-container-exit"}) {
        const Outcome up = run({"up", option});
        CHECK_MESSAGE(up.code == 3, up.err);
        CHECK_MESSAGE(up.err.find("db     removed") != std::string::npos, up.err);
    }
}

TEST_CASE_FIXTURE(FakeStand,
                  "up can return the exit code of one service, which is stopped if it still runs") {
    options("fake",
            R"({"services": {"helper": {"exit_after": "200ms"}, "main": {"stop_exit_code": 42}}})");
    stack(R"({"helper": {"image": "busybox"}, "main": {"image": "busybox"}})");
    const Outcome up = run({"up", "--exit-code-from", "main"});
    CHECK_MESSAGE(up.code == 42, up.err);
    const Outcome unknown = run({"up", "--exit-code-from", "mian"});
    CHECK(unknown.code == 1);
    CHECK_MESSAGE(unknown.err.find("Did you mean \"main\"?") != std::string::npos, unknown.err);
}

TEST_CASE_FIXTURE(FakeChain, "up tells on request where the time of the start went") {
    Process text(command({"up", "--timings"}));
    text.await_err("critical path: db -> api -> web");
    text.signal(SIGINT);
    CHECK(text.wait().code == 130);
    Process json(command({"--format", "json", "up", "--timings"}));
    json.await_out(R"("critical_path":["db","api","web"])");
    json.signal(SIGINT);
    CHECK(json.wait().code == 130);
}
