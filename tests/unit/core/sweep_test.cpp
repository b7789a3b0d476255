// SPDX-License-Identifier: MIT
#include <array>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fairlead/labels.hpp>
#include <fairlead/sweep.hpp>

#include "../../../core/src/owner.hpp"
#include "fake_stack.hpp"
#include "relabelling_runtime.hpp"

namespace fairlead::test {

RelabellingRuntime::RelabellingRuntime(std::shared_ptr<ContainerRuntime> engine)
    : engine_(std::move(engine)) {}
RelabellingRuntime::~RelabellingRuntime() = default;

} // namespace fairlead::test

using namespace fairlead;
using namespace fairlead::test;

namespace {

/// A child process that has told its owner label and now waits to be told to end.
class Child {
public:
    Child() {
        std::array<int, 2> label{};
        std::array<int, 2> end{};
        REQUIRE(::pipe(label.data()) == 0);
        REQUIRE(::pipe(end.data()) == 0);
        pid_ = ::fork();
        if (pid_ == 0) {
            ::close(end[1]);
            const std::string text = labels::this_process();
            char c = 0;
            const bool told = ::write(label[1], text.data(), text.size()) > 0;
            ::_exit(told && ::read(end[0], &c, 1) == 0 ? 0 : 1);
        }
        ::close(label[1]);
        ::close(end[0]);
        std::array<char, 256> buffer{};
        const ssize_t size = ::read(label[0], buffer.data(), buffer.size());
        ::close(label[0]);
        REQUIRE(size > 0);
        owner_ = read_owner({buffer.data(), static_cast<std::size_t>(size)}).value();
        end_ = end[1];
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() { reap(); }

    [[nodiscard]] const Owner& owner() const { return owner_; }

    /// Returns once it has ended; it still has to be waited for.
    void end() {
        if (end_ >= 0) {
            ::close(std::exchange(end_, -1));
        }
        siginfo_t ended{};
        REQUIRE(::waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOWAIT) == 0);
    }

    void reap() {
        if (pid_ > 0) {
            end();
            ::waitpid(std::exchange(pid_, -1), nullptr, 0);
        }
    }

private:
    pid_t pid_ = -1;
    int end_ = -1;
    Owner owner_;
};

Owner dead_owner() {
    Child child;
    child.reap();
    return child.owner();
}

std::string project_of(const Owner& owner, int number = 1, std::string_view base = "shop") {
    return fmt::format("{}-{}-{}-{}", base, owner.pid, owner.start_time, number);
}

struct Engine {
    /// A container `<project>.web` of that owner.
    void start(const std::string& project, const Owner& owner, std::string service = "web") {
        ContainerSpec spec = test::service(std::move(service)).container;
        spec.project = project;
        spec.mounts = {VolumeMount{.volume = project + ".data", .target = "/data"}};
        REQUIRE(runtime.start(spec));
        runtime.owners[container_name(spec)] = to_string(owner);
    }

    [[nodiscard]] bool has(const std::string& project) { return !runtime.list(project)->empty(); }

    [[nodiscard]] std::vector<std::string> sweep(const SweepOptions& options = {}) {
        auto swept = fairlead::sweep(runtime, "shop", options);
        REQUIRE_MESSAGE(swept, to_string(swept.error()));
        return *swept;
    }

    FakeEngine fake;
    RelabellingRuntime runtime{fake.runtime};
};

} // namespace

TEST_CASE("an owner label is read as it was written, and nothing else is one") {
    const Owner self = this_owner();
    CHECK(read_owner(labels::this_process()) == self);
    CHECK(to_string(self) == labels::this_process());
    for (const std::string_view label :
         {"", "boot", "boot:1:2", ":1:2:3", "boot::2:3", "boot:x:2:3", "boot:1:2:", "boot:1:2:3:4"}) {
        CAPTURE(label);
        CHECK_FALSE(read_owner(label));
    }
}

TEST_CASE("a process lives until it has ended and was waited for") {
    Child child;
    CHECK(life_of(child.owner()) == OwnerLife::alive);
    child.end();
    CHECK(life_of(child.owner()) == OwnerLife::alive);
    child.reap();
    CHECK(life_of(child.owner()) == OwnerLife::dead);
}

TEST_CASE("a process is told from another that has got its pid, and not judged from elsewhere") {
    Owner owner = this_owner();
    CHECK(life_of(owner) == OwnerLife::alive);
    owner.start_time += "0";
    CHECK(life_of(owner) == OwnerLife::dead);
    Owner rebooted = owner;
    rebooted.boot = "another";
    CHECK(life_of(rebooted) == OwnerLife::unknown);
    Owner contained = owner;
    contained.pid_namespace += "0";
    CHECK(life_of(contained) == OwnerLife::unknown);
}

TEST_CASE("unique projects differ, fit the rules, and name their process") {
    const std::string first = unique_project("shop");
    CHECK(first != unique_project("shop"));
    CHECK(first.starts_with(fmt::format("shop-{}-", ::getpid())));
    const FakeEngine engine;
    CHECK(engine.runtime->list(unique_project(std::string(32, 'x'))));
}

TEST_CASE("sweeping removes what processes that are gone have left, with its volumes") {
    Engine engine;
    const Owner dead = dead_owner();
    Owner reused = this_owner();
    reused.start_time += "0";
    engine.start(project_of(dead, 1), dead);
    engine.start(project_of(dead, 2), dead, "db");
    engine.start(project_of(dead, 2), dead, "web");
    engine.start(project_of(reused, 17), reused);
    CHECK(engine.sweep().size() == 3);
    CHECK(engine.runtime.list_all()->empty());
    ContainerSpec probe = service("probe").container;
    probe.mounts = {
        VolumeMount{.volume = project_of(dead, 1) + ".data", .target = "/data", .external = true}};
    CHECK(engine.runtime.start(probe).error().code == Errc::not_found);
    CHECK(engine.sweep().empty());
}

TEST_CASE("sweeping leaves alone what belongs to a living process") {
    Engine engine;
    const Child child;
    const std::string own = unique_project("shop");
    engine.start(own, this_owner());
    engine.start(project_of(child.owner()), child.owner());
    CHECK(engine.sweep({.unknown_owners = true}).empty());
    CHECK(engine.has(own));
    CHECK(engine.has(project_of(child.owner())));
}

TEST_CASE("sweeping takes what belongs to another boot or pid namespace only when told to") {
    Engine engine;
    Owner rebooted = this_owner();
    rebooted.boot = "another";
    Owner contained = dead_owner();
    contained.pid_namespace += "0";
    engine.start(project_of(rebooted), rebooted);
    engine.start(project_of(contained), contained);
    CHECK(engine.sweep().empty());
    CHECK(engine.sweep({.unknown_owners = true}).size() == 2);
}

TEST_CASE("sweeping leaves alone what the dead process has not named uniquely under this base") {
    Engine engine;
    const Owner dead = dead_owner();
    const Owner other = dead_owner();
    const std::vector<std::string> projects = {
        "shop",                        // a stable name, as that of `fairlead up -d`
        "shop-prod",                   // a person's
        project_of(dead, 1, "shop-x"), // another base
        project_of(dead, 1) + "-x",    // not a number
        project_of(other, 1),          // in the name of another process
        fmt::format("shop-{}-{}-", dead.pid, dead.start_time),
    };
    for (const std::string& project : projects) {
        engine.start(project, dead);
    }
    CHECK(engine.sweep({.unknown_owners = true}).empty());
    CHECK(engine.runtime.list_all()->size() == projects.size());
}

TEST_CASE("sweeping leaves a project alone if any of its containers is somebody else's") {
    Engine engine;
    const Owner dead = dead_owner();
    engine.start(project_of(dead), dead, "db");
    engine.start(project_of(dead), this_owner(), "web");
    CHECK(engine.sweep().empty());
    CHECK(engine.runtime.list(project_of(dead))->size() == 2);
}

TEST_CASE("a container without a readable owner is never swept") {
    Engine engine;
    const Owner dead = dead_owner();
    engine.start(project_of(dead), dead);
    engine.runtime.owners.begin()->second = "boot:1:2";
    CHECK(engine.sweep({.unknown_owners = true}).empty());
}

TEST_CASE("a project that cannot be swept is told, and holds up no other") {
    Engine engine;
    const Owner dead = dead_owner();
    engine.start(project_of(dead, 1), dead, "stuck");
    engine.start(project_of(dead, 2), dead, "web");
    engine.fake.control->fail_next(testing::FakeOperation::remove, Errc::engine_failed, "disk full");
    const auto swept = fairlead::sweep(engine.runtime, "shop");
    REQUIRE_FALSE(swept);
    CHECK(swept.error().message == "disk full");
    CHECK(engine.has(project_of(dead, 1)));
    CHECK_FALSE(engine.has(project_of(dead, 2)));
}
