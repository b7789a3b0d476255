// SPDX-License-Identifier: MIT
#include <csignal>
#include <regex>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "../support/docker_stand.hpp"
#include "../support/lifecycle_output.hpp"
#include "../support/sample_stacks.hpp"

using namespace fairlead::test;
using Names = std::vector<std::string>;

namespace {

/// A service that has written to both streams and has ended, and one that has written and runs on.
struct LogStand : DockerStand {
    LogStand() {
        stack(R"({
          "brief": {"image": "${IMAGE}", "pull_policy": "never", "command": ["sh", "-c",
            "for i in 1 2 3 4 5; do echo out $$i; echo err $$i >&2; done"]},
          "longer": {"image": "${IMAGE}", "pull_policy": "never", "stop_signal": "SIGKILL", "command":
            ["sh", "-c", "echo first; echo second; printf unfinished; exec sleep 3600"]}
        })");
        const Outcome up = run({"up", "-d"});
        REQUIRE_MESSAGE(up.code == 0, up.err);
        engine.ask("POST", fmt::format("/containers/{}/wait", container("brief")));
    }
};

/// A service with more to say than any buffer holds.
struct TalkativeStand : DockerStand {
    TalkativeStand() {
        stack(
            R"({"much": {"image": "${IMAGE}", "pull_policy": "never", "command": ["seq", "1", "50000"]}})");
    }

    void start() {
        const Outcome up = run({"up", "-d"});
        REQUIRE_MESSAGE(up.code == 0, up.err);
        engine.ask("POST", fmt::format("/containers/{}/wait", container("much")));
    }
};

} // namespace

TEST_CASE_FIXTURE(LogStand, "logs show both streams of a container that has ended, each in its order") {
    const Outcome logs = run({"--format", "json", "logs", "brief"});
    CHECK(logs.code == 0);
    CHECK(lines_in(logs.out, "brief", "stdout") == Names{"out 1", "out 2", "out 3", "out 4", "out 5"});
    CHECK(lines_in(logs.out, "brief", "stderr") == Names{"err 1", "err 2", "err 3", "err 4", "err 5"});
}

TEST_CASE_FIXTURE(LogStand, "logs put the service before each line unless told not to") {
    Process all(command({"logs", "-f"}));
    all.await_out("longer | second\n");
    all.await_out("brief  | out 5\n");
    all.signal(SIGINT);
    CHECK(all.wait().code == 130);
    const Outcome plain = run({"logs", "--no-prefix", "longer"});
    CHECK(plain.out == "first\nsecond\n");
}

TEST_CASE_FIXTURE(LogStand, "logs --tail shows only the last lines") {
    const Outcome logs = run({"logs", "--no-prefix", "--tail", "1", "longer"});
    CHECK(logs.code == 0);
    CHECK(logs.out == "second\n");
    CHECK(run({"logs", "--tail", "0", "brief"}).out.empty());
}

TEST_CASE_FIXTURE(LogStand,
                  "logs --timestamps puts the time before each line, and --since takes it back") {
    const Outcome logs = run({"logs", "--no-prefix", "--timestamps", "longer"});
    std::smatch match;
    const std::regex form(R"(^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z) first\n(\S+Z) second\n$)");
    REQUIRE_MESSAGE(std::regex_match(logs.out, match, form), logs.out);
    if (match[1] != match[2]) {
        CHECK(run({"logs", "--no-prefix", "--since", match[2], "longer"}).out == "second\n");
    }
    CHECK(run({"logs", "--since", "1h", "longer"}).out.find("first") != std::string::npos);
    CHECK(run({"logs", "--since", "2099-01-01T00:00:00Z", "longer"}).out.empty());
    const Outcome nonsense = run({"logs", "--since", "yesterday", "longer"});
    CHECK(nonsense.code == 2);
    CHECK_MESSAGE(nonsense.err.find("yesterday") != std::string::npos, nonsense.err);
}

TEST_CASE_FIXTURE(LogStand, "logs -f ends by itself when the container has ended, with all it wrote") {
    Process follower(command({"logs", "-f", "--no-prefix", "longer"}));
    follower.await_out("second\n");
    engine.ask("POST", fmt::format("/containers/{}/kill", container("longer")));
    const Outcome outcome = follower.wait();
    CHECK_MESSAGE(outcome.code == 0, outcome.err);
    CHECK(outcome.out == "first\nsecond\nunfinished\n");
}

TEST_CASE_FIXTURE(LogStand, "logs of an unknown service name the one that was meant") {
    const Outcome logs = run({"logs", "breif"});
    CHECK(logs.code == 1);
    CHECK_MESSAGE(logs.err.find("Did you mean 'brief'?") != std::string::npos, logs.err);
}

TEST_CASE_FIXTURE(TalkativeStand,
                  "logs that nobody reads any more end with a failure, not with a crash") {
    start();
    Command head = command({"logs"});
    head.first_line_only = true;
    const Outcome logs = fairlead::test::run(head);
    CHECK_MESSAGE(logs.code == 1, logs.err);
    CHECK(logs.out.starts_with("much | 1\n"));
}

TEST_CASE_FIXTURE(TalkativeStand, "logs onto a full disk end with a failure") {
    start();
    Command full = command({"logs"});
    full.output = "/dev/full";
    CHECK(fairlead::test::run(full).code == 1);
}

TEST_CASE_FIXTURE(TalkativeStand, "every line arrives, once and in its order") {
    start();
    std::string expected;
    for (int i = 1; i <= 50000; ++i) {
        expected += fmt::format("{}\n", i);
    }
    CHECK((run({"logs", "--no-prefix"}).out == expected));
}

TEST_CASE_FIXTURE(TalkativeStand,
                  "an attached up that cannot write fails and leaves no container behind") {
    Command full = command({"up"});
    full.output = "/dev/full";
    const Outcome up = fairlead::test::run(full);
    CHECK_MESSAGE(up.code == 1, up.err);
    CHECK(is_gone());
}

TEST_CASE_FIXTURE(DockerStand,
                  "a detached up that cannot write fails, and no container is lost to ps and down") {
    stack(sample::single);
    Command full = command({"--format", "json", "up", "-d"});
    full.output = "/dev/full";
    const Outcome up = fairlead::test::run(full);
    CHECK_MESSAGE(up.code == 1, up.err);
    CHECK(run({"ps"}).out.find(container("one")) != std::string::npos);
    CHECK(run({"down"}).code == 0);
    CHECK(is_gone());
}
