// SPDX-License-Identifier: MIT
#include <csignal>
#include <future>
#include <optional>
#include <stop_token>
#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../../core/src/project_lock.hpp"

using namespace fairlead;

namespace {

/// Nobody else's, whatever runs on this machine at the same time.
std::string own_project(std::string_view test) {
    return fmt::format("lock-test-{}-{}", test, ::getpid());
}

Result<ProjectLock> acquire(
    const std::string& project, const std::stop_token& stop = {},
    const std::function<void(const Error&)>& busy = [](const Error&) {}) {
    return ProjectLock::acquire(project, stop, busy);
}

/// A process that holds a lock until it is killed.
class Holder {
public:
    explicit Holder(const std::string& project) {
        int ready[2] = {-1, -1};
        REQUIRE(::pipe(ready) == 0);
        pid_ = ::fork();
        if (pid_ == 0) {
            const auto lock = acquire(project);
            const char done = lock ? 'y' : 'n';
            [[maybe_unused]] const auto written = ::write(ready[1], &done, 1);
            for (;;) {
                ::pause();
            }
        }
        char done = 0;
        REQUIRE(::read(ready[0], &done, 1) == 1);
        REQUIRE(done == 'y');
        ::close(ready[0]);
        ::close(ready[1]);
    }
    Holder(const Holder&) = delete;
    Holder& operator=(const Holder&) = delete;
    ~Holder() {
        if (pid_ > 0) {
            kill();
        }
    }
    void kill() {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        pid_ = -1;
    }
    [[nodiscard]] pid_t pid() const { return pid_; }

private:
    pid_t pid_ = -1;
};

} // namespace

TEST_CASE("a project's lock is one thing, other projects' locks are others") {
    const auto lock = acquire(own_project("a"));
    REQUIRE(lock);
    CHECK(acquire(own_project("b")));
    std::stop_source stop;
    const auto second = acquire(own_project("a"), stop.get_token(), [&](const Error& busy) {
        CHECK(busy.code == Errc::project_busy);
        stop.request_stop();
    });
    REQUIRE_FALSE(second);
    CHECK(second.error().code == Errc::cancelled);
}

TEST_CASE("who waits for a lock gets it when the holder lets go") {
    std::optional<Result<ProjectLock>> first(acquire(own_project("a")));
    REQUIRE(*first);
    std::promise<void> waits;
    auto second = std::async(std::launch::async, [&] {
        return acquire(own_project("a"), {}, [&](const Error&) { waits.set_value(); }).has_value();
    });
    waits.get_future().get();
    first.reset();
    CHECK(second.get());
}

TEST_CASE("a process that is killed lets go of its lock, and is named while it holds it") {
    Holder holder(own_project("killed"));
    std::string told;
    const auto lock = acquire(own_project("killed"), {}, [&](const Error& busy) {
        told = busy.message;
        holder.kill();
    });
    CHECK(lock);
    CHECK(told.find("process ") == 0);
    CHECK(told.find("core-test") != std::string::npos);
}

TEST_CASE("a project name that cannot be one is refused before any lock") {
    const auto lock = acquire(std::string(300, 'a'));
    REQUIRE_FALSE(lock);
    CHECK(lock.error().code == Errc::invalid_spec);
}
