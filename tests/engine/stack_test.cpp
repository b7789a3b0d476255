// SPDX-License-Identifier: MIT
#include <csignal>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "../support/docker_stand.hpp"
#include "../support/podman_stand.hpp"
#include "../support/process_scan.hpp"
#include "../support/sample_stacks.hpp"

using namespace fairlead::test;
using Names = std::vector<std::string>;

TYPE_TO_STRING(DockerStand);
TYPE_TO_STRING(PodmanStand);

namespace {

/// So many services that know nothing of each other, and end so long after they were asked to.
std::string independent(int count, std::string_view seconds) {
    std::string services;
    for (int i = 0; i < count; ++i) {
        services += fmt::format(
            R"({}"s{}": {{"image": "${{IMAGE}}", "pull_policy": "never", "network_mode": "none",
                "command": ["sh", "-c", "trap 'sleep {}; exit 0' TERM; sleep 3600 & wait"]}})",
            i == 0 ? "" : ",\n", i, seconds);
    }
    return "{" + services + "}";
}

/// How long `down` takes with 20 services that end so long after they were asked to.
template <class AnyStand>
double seconds_down(std::string_view seconds) {
    AnyStand stand;
    stand.stack(independent(20, seconds));
    const Outcome up = stand.run({"up", "-d"});
    REQUIRE_MESSAGE(up.code == 0, up.err);
    REQUIRE(stand.engine.containers(stand.project()).size() == 20);
    const Outcome down = stand.run({"down"});
    REQUIRE_MESSAGE(down.code == 0, down.err);
    CHECK(stand.is_gone());
    return down.took.count();
}

} // namespace

TEST_CASE_TEMPLATE("services follow each other's health and reach each other by name", AnyStand,
                   DockerStand, PodmanStand) {
    AnyStand stand;
    stand.stack(sample::chain, sample::chain_volumes);
    const Outcome up = stand.run({"up", "-d"});
    REQUIRE_MESSAGE(up.code == 0, up.err);
    CHECK(up.err.find("db   healthy") < up.err.find("api  starting"));
    CHECK(up.err.find("api  healthy") < up.err.find("web  starting"));
    CHECK(stand.engine.containers(stand.project()) ==
          Names{stand.container("api"), stand.container("db"), stand.container("web")});
    Process follower(stand.command({"logs", "-f", "--no-prefix", "web"}));
    follower.await_out("web is done");
    follower.signal(SIGINT);
    CHECK(follower.wait().out == "hello from api\nweb is done\n");
}

TEST_CASE_TEMPLATE("down leaves no container, network, anonymous volume or process, and keeps named "
                   "volumes",
                   AnyStand, DockerStand, PodmanStand) {
    AnyStand stand;
    stand.stack(sample::chain, sample::chain_volumes);
    REQUIRE(stand.run({"up", "-d"}).code == 0);
    const std::string scratch = stand.engine.volume_at(stand.container("db"), "/scratch");
    REQUIRE(stand.engine.has_volume(scratch));
    const Names named = stand.engine.volumes(stand.project());
    REQUIRE(named.size() == 1);
    const Outcome down = stand.run({"down"});
    CHECK_MESSAGE(down.code == 0, down.err);
    CHECK(stand.is_gone());
    CHECK_FALSE(stand.engine.has_volume(scratch));
    CHECK(stand.engine.volumes(stand.project()) == named);
    // Of Podman's, conmon has the container's name in its arguments.
    CHECK(still_named_by_processes(stand.project()) == Names{});
    const Outcome listed = stand.run({"ps", "-a", "-q"});
    CHECK(listed.out.empty());
}

TEST_CASE_TEMPLATE("twenty services that take a second to stop take down about one second longer than "
                   "twenty that take none",
                   AnyStand, DockerStand, PodmanStand) {
    const double at_once = seconds_down<AnyStand>("0");
    const double after_a_second = seconds_down<AnyStand>("1");
    const double longer = after_a_second - at_once;
    MESSAGE(fmt::format("down took {:.1f} s, and {:.1f} s when each stop takes a second", at_once,
                        after_a_second));
    // Far nearer to 1 than to 20.
    CHECK(longer - 1 < (20 - longer) / 2);
}
