// SPDX-License-Identifier: MIT
#include <csignal>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include "../support/private_daemon.hpp"
#include "../support/sample_stacks.hpp"
#include "../support/stand.hpp"

using namespace fairlead::test;
using namespace std::chrono_literals;

// A frozen and a killed daemon, for real. One case, because a daemon takes seconds to start.
TEST_CASE("a daemon that is frozen, killed and started again is reported each time, and down then leaves "
          "nothing" *
          doctest::skip(::geteuid() != 0)) {
    const PrivateDaemon daemon;
    Stand stand("docker");
    stand.environment["DOCKER_HOST"] = daemon.host();
    stand.stack(sample::single);
    Process up(stand.command({"up"}));
    up.await_err("is up");

    stand.options("docker", R"({"timeout": "2s"})");
    stand.stack(sample::single);
    daemon.signal(SIGSTOP);
    const Outcome frozen = stand.run({"ps"});
    daemon.signal(SIGCONT);
    CHECK_MESSAGE(frozen.code == 3, frozen.err);
    CHECK_MESSAGE(frozen.err.find("did not answer within 2s") != std::string::npos, frozen.err);
    CHECK(frozen.took < 20s);

    daemon.kill();
    up.await_err("the engine is lost");
    const Outcome killed = stand.run({"ps"});
    CHECK_MESSAGE(killed.code == 3, killed.err);
    CHECK_MESSAGE(killed.err.find("nobody listens") != std::string::npos, killed.err);

    up.signal(SIGINT);
    const Outcome interrupted = up.wait();
    CHECK_MESSAGE(interrupted.code == 3, interrupted.err);
    CHECK_MESSAGE(interrupted.err.find(stand.container("one")) != std::string::npos, interrupted.err);

    daemon.restart();
    const Outcome down = stand.run({"down"});
    CHECK_MESSAGE(down.code == 0, down.err);
    CHECK(stand.run({"--format", "json", "ps", "-a"}).out == "[]\n");
}
