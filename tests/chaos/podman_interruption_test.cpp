// SPDX-License-Identifier: MIT
#include <csignal>
#include <filesystem>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "../support/podman_stand.hpp"
#include "../support/process_scan.hpp"
#include "../support/sample_stacks.hpp"

using namespace fairlead::test;
using Names = std::vector<std::string>;

namespace {

/// A podman of the test's own can kill the command that runs it, before it does what it was asked.
struct KillingStand : PodmanStand {
    KillingStand() {
        const auto podman = folder().write("podman", fmt::format(R"(#!/bin/sh
# Counts down what is left in the file; at none it kills its parent.
step={}
exec 9>>"$step.lock"
flock 9
left=$(cat "$step" 2>/dev/null) || left=
if [ "$left" = 0 ]; then
    kill -KILL "$PPID"
    exit 1
fi
[ -z "$left" ] || echo $((left - 1)) >"$step"
exec 9>&-
exec podman "$@"
)",
                                                                 step_.string()));
        std::filesystem::permissions(podman, std::filesystem::perms{0755});
        options("podman", engine.options(podman));
        stack(sample::pair);
    }

    [[nodiscard]] Names both() const { return {container("three"), container("two")}; }

    /// Kills the command when it runs its podman number `step`, from 0. Whether it came so far.
    bool killed_at(int step, const Names& arguments) {
        folder().write(step_.filename().string(), fmt::format("{}\n", step));
        const bool killed = run(arguments).code == -SIGKILL;
        std::filesystem::remove(step_);
        // Another podman that was under way goes on by itself. A down meanwhile would not see its
        // container in time, and fail for want of the network that it uses.
        CHECK(still_named_by_processes("dev.fairlead.project=" + project()) == Names{});
        return killed;
    }

private:
    const std::filesystem::path step_ = folder().path() / "step";
};

} // namespace

TEST_CASE_FIXTURE(KillingStand, "an up killed before any of its podmans is made good by the next up, and "
                                "down leaves nothing") {
    int step = 0;
    for (; killed_at(step, {"up", "-d"}); ++step) {
        REQUIRE(step < 60);
        // Each other time what the killed one left is taken down as it is.
        if (step % 2 == 0) {
            const Outcome up = run({"up", "-d"});
            CHECK_MESSAGE(up.code == 0, "after step ", step, ": ", up.err);
            CHECK(engine.containers(project()) == both());
        }
        const Outcome down = run({"down", "-v"});
        CHECK_MESSAGE(down.code == 0, "after step ", step, ": ", down.err);
        CHECK_MESSAGE(is_gone(), "after step ", step);
        CHECK(still_named_by_processes(project()) == Names{});
    }
    MESSAGE(fmt::format("killed at {} steps", step));
    // A network, two containers run, one probed.
    CHECK(step >= 4);
}

TEST_CASE_FIXTURE(KillingStand, "a down killed before any of its podmans is completed by the next one") {
    int step = 0;
    for (;; ++step) {
        REQUIRE(step < 60);
        const Outcome up = run({"up", "-d"});
        REQUIRE_MESSAGE(up.code == 0, up.err);
        const bool killed = killed_at(step, {"down"});
        const Outcome down = run({"down"});
        CHECK_MESSAGE(down.code == 0, "after step ", step, ": ", down.err);
        CHECK_MESSAGE(is_gone(), "after step ", step);
        CHECK(still_named_by_processes(project()) == Names{});
        if (!killed) {
            break;
        }
    }
    MESSAGE(fmt::format("killed at {} steps", step));
    CHECK(step >= 4);
}
