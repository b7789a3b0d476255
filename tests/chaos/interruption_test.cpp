// SPDX-License-Identifier: MIT
#include <csignal>
#include <future>
#include <memory>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "../support/sample_stacks.hpp"
#include "proxy_stand.hpp"

using namespace fairlead::test;
using namespace std::chrono_literals;
using Kind = Fault::Kind;
using Names = std::vector<std::string>;

namespace {

struct TwoStand : ProxyStand {
    TwoStand() { stack(sample::pair); }

    [[nodiscard]] Names both() const { return {container("three"), container("two")}; }

    /// Kills the command when its change number `step`, from 0, is on its way. Whether it came so far.
    bool killed_at(std::size_t step, const Names& arguments) {
        std::promise<std::shared_ptr<Process>> started;
        const auto process = started.get_future().share();
        const Fault kill{.kind = Kind::hang, .met = [process] { process.get()->signal(SIGKILL); }};
        proxy->inject(arguments.front() == "down" ? " /v1.41/" : "POST ", kill, 1, step);
        auto victim = std::make_shared<Process>(command(arguments));
        started.set_value(victim);
        const bool killed = victim->wait().code == -SIGKILL;
        start_proxy();
        return killed;
    }
};

} // namespace

TEST_CASE_FIXTURE(TwoStand, "an up killed before any of its changes is made good by the next up, "
                            "and down leaves nothing") {
    std::size_t step = 0;
    for (; killed_at(step, {"up", "-d"}); ++step) {
        REQUIRE(step < 40);
        const Names left = engine.containers(project());
        CHECK(left.size() <= 2);
        // Each other time what the killed one left is taken down as it is.
        if (step % 2 == 0) {
            const Outcome up = run({"up", "-d"});
            CHECK_MESSAGE(up.code == 0, "after step ", step, ": ", up.err);
            CHECK(engine.containers(project()) == both());
        }
        const Outcome down = run({"down", "-v"});
        CHECK_MESSAGE(down.code == 0, "after step ", step, ": ", down.err);
        CHECK_MESSAGE(is_gone(), "after step ", step);
    }
    MESSAGE(fmt::format("killed at {} steps", step));
    // A network, two containers created and started.
    CHECK(step >= 5);
}

TEST_CASE_FIXTURE(TwoStand, "a down killed before any of its requests is completed by the next one") {
    std::size_t step = 0;
    for (;; ++step) {
        REQUIRE(step < 40);
        const Outcome up = run({"up", "-d"});
        REQUIRE_MESSAGE(up.code == 0, up.err);
        const bool killed = killed_at(step, {"down"});
        const Outcome down = run({"down"});
        CHECK_MESSAGE(down.code == 0, "after step ", step, ": ", down.err);
        CHECK_MESSAGE(is_gone(), "after step ", step);
        if (!killed) {
            break;
        }
    }
    MESSAGE(fmt::format("killed at {} steps", step));
    CHECK(step >= 4);
}

TEST_CASE_FIXTURE(TwoStand,
                  "an engine that is lost while up attends is reported, and Ctrl-C then ends with an "
                  "error that names what may be left") {
    Process up(command({"up"}));
    up.await_err("is up");
    // The socket stays behind with nobody listening, as after a killed daemon.
    proxy.reset();
    up.await_err("the engine is lost");
    up.signal(SIGINT);
    const Outcome outcome = up.wait();
    CHECK_MESSAGE(outcome.code == 3, outcome.err);
    for (const std::string& name : both()) {
        CHECK_MESSAGE(outcome.err.find(name) != std::string::npos, name, " is not in:\n", outcome.err);
    }
    CHECK(engine.containers(project()) == both());
    go_direct();
    CHECK(run({"down"}).code == 0);
    CHECK(is_gone());
}

TEST_CASE_FIXTURE(TwoStand, "an engine that comes back is reported, and Ctrl-C takes the stack down") {
    Process up(command({"up"}));
    up.await_err("is up");
    proxy.reset();
    up.await_err("the engine is lost");
    start_proxy();
    up.await_err("the engine is back");
    up.signal(SIGINT);
    const Outcome outcome = up.wait();
    CHECK_MESSAGE(outcome.code == 130, outcome.err);
    CHECK(is_gone());
}

TEST_CASE_FIXTURE(TwoStand, "a second Ctrl-C ends up at once although the engine does not let it stop") {
    Process up(command({"up"}));
    up.await_err("is up");
    proxy->inject("/stop", {.kind = Kind::hang});
    proxy->inject("/kill", {.kind = Kind::hang});
    up.signal(SIGINT);
    up.await_err("stopping");
    const auto second = std::chrono::steady_clock::now();
    up.signal(SIGINT);
    CHECK(up.wait().code == 130);
    CHECK(std::chrono::steady_clock::now() - second < 5s);
    go_direct();
    CHECK(run({"down"}).code == 0);
    CHECK(is_gone());
}

TEST_CASE_FIXTURE(TwoStand, "a start that is interrupted while the engine is creating leaves nothing") {
    proxy->inject("/containers/create", {.kind = Kind::delay, .time = 1500ms}, 1);
    Process up(command({"up", "-d"}));
    proxy->await_request("/containers/create");
    up.signal(SIGINT);
    const Outcome outcome = up.wait();
    CHECK_MESSAGE(outcome.code == 130, outcome.err);
    CHECK(is_gone());
}
