// SPDX-License-Identifier: MIT
#include <filesystem>
#include <string>
#include <string_view>

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "../../support/sample_stacks.hpp"
#include "../../support/stand.hpp"

using namespace fairlead::test;

namespace {

/// A stand whose engine is a socket that a test makes.
struct SocketStand : Stand {
    SocketStand() : Stand("docker"), socket(folder().path() / "engine.sock") {
        environment["DOCKER_HOST"] = "unix://" + socket.string();
        stack(sample::single);
    }

    /// Makes it; nobody listens there any more.
    void leave_stale() const {
        sockaddr_un name{};
        name.sun_family = AF_UNIX;
        socket.native().copy(name.sun_path, sizeof name.sun_path - 1);
        const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        REQUIRE(::bind(descriptor, reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0);
        ::close(descriptor);
    }

    const std::filesystem::path socket;
};

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE_FIXTURE(SocketStand,
                  "an engine's socket that is absent, left over, or not ours to use is told apart") {
    const auto up_says = [this](std::string_view text) {
        const Outcome up = run({"up", "-d"});
        CHECK_MESSAGE(up.code == 3, up.err);
        CHECK_MESSAGE(contains(up.err, text), up.err);
        CHECK_MESSAGE(contains(up.err, "engine.sock"), up.err);
        // One message.
        CHECK(up.err.find("fairlead: ") == up.err.rfind("fairlead: "));
    };
    up_says("there is no socket");
    leave_stale();
    up_says("nobody listens");
}

TEST_CASE_FIXTURE(SocketStand, "an engine's socket that the user may not use is no stopped engine") {
    leave_stale();
    ::chmod(socket.c_str(), 0);
    ::chmod(folder().path().c_str(), 0755);
    Command ps = command({"ps"});
    if (::geteuid() == 0) {
        // Permissions mean nothing to root.
        const auto as_nobody = {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"};
        ps.arguments.insert(ps.arguments.begin(), as_nobody.begin(), as_nobody.end());
        Command probe = ps;
        probe.arguments.back() = "version";
        if (const Outcome outcome = fairlead::test::run(probe); outcome.code != 0) {
            MESSAGE("not tested: nobody cannot run the command here: ", outcome.err);
            return;
        }
    }
    const Outcome outcome = fairlead::test::run(ps);
    CHECK_MESSAGE(outcome.code == 3, outcome.err);
    CHECK_MESSAGE(contains(outcome.err, "no permission"), outcome.err);
}
