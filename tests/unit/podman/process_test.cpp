// SPDX-License-Identifier: MIT
#include <chrono>
#include <csignal>
#include <string>
#include <thread>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include "launcher.hpp"

using namespace fairlead;
using namespace fairlead::podman;
using namespace std::chrono_literals;

namespace {

Launcher shell() {
    return Launcher("/bin/sh", {"PATH=/usr/local/bin:/usr/bin:/bin", "ONLY=this"});
}

Command script(std::string text) {
    return {.arguments = {"-c", std::move(text)}};
}

std::string out_of(Launcher& launcher, Command command) {
    const auto finished = launcher.run({.operation = "test"}, command);
    REQUIRE_MESSAGE(finished, to_string(finished.error()));
    return finished->out;
}

} // namespace

TEST_CASE("exit codes and deaths by signal come back") {
    Launcher launcher = shell();
    const auto code = launcher.run({}, script("exit 7"));
    REQUIRE(code);
    CHECK(code->ending.code == 7);
    CHECK_FALSE(code->ending.by_signal);
    const auto killed = launcher.run({}, script("kill -9 $$"));
    REQUIRE(killed);
    CHECK(killed->ending.code == 137);
    CHECK(killed->ending.by_signal);
}

TEST_CASE("a child has no descriptor above 2, whatever the host has open") {
    // Inheritable on purpose, with a gap between them.
    const int low = ::open("/dev/null", O_RDONLY);
    const int high = ::fcntl(low, F_DUPFD, 100);
    Launcher launcher = shell();
    // The shell's own child reads the folder through 3.
    CHECK(out_of(launcher, script("exec ls /proc/self/fd")) == "0\n1\n2\n3\n");
    ::close(low);
    ::close(high);
}

TEST_CASE("a child has the environment it was given and nothing of the host's") {
    ::setenv("HOST_SECRET", "x", 1);
    Launcher launcher = shell();
    Command command = script("exec env");
    command.environment = {"MORE=a\nb"};
    const std::string out = out_of(launcher, command);
    CHECK(out.find("HOST_SECRET") == std::string::npos);
    CHECK(out.find("ONLY=this\n") != std::string::npos);
    CHECK(out.find("MORE=a\nb\n") != std::string::npos);
}

TEST_CASE("a child takes signals that the host blocks or ignores, in a session of its own") {
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_BLOCK, &all, &before);
    const auto old = ::signal(SIGUSR1, SIG_IGN);
    Launcher launcher = shell();
    const std::string status = out_of(launcher, script("exec grep -E '^Sig(Blk|Ign)' /proc/self/status"));
    ::signal(SIGUSR1, old);
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    CHECK(status == "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
    const std::string session = out_of(launcher, script("cut -d' ' -f6 /proc/$$/stat; echo $$"));
    CHECK(session.substr(0, session.find('\n')) ==
          session.substr(session.find('\n') + 1, session.size() - session.find('\n') - 2));
}

TEST_CASE("what is given is read from stdin, and nothing given is an empty stdin") {
    Launcher launcher = shell();
    Command command = script("cat");
    CHECK(out_of(launcher, command).empty());
    command.input = std::string(3 << 20, 'x');
    CHECK(out_of(launcher, command) == command.input);
    command.arguments[1] = "exit 0";
    CHECK(out_of(launcher, command).empty());
}

TEST_CASE("a hundred megabytes on both outputs at once do not block each other") {
    Launcher launcher = shell();
    std::size_t from_stderr = 0;
    const auto finished =
        launcher.run({}, script("head -c 100000000 /dev/zero >&2 & head -c 100000000 /dev/zero; wait"),
                     no_deadline, [&from_stderr](const Piece& piece) {
                         from_stderr += piece.from_stderr ? piece.bytes.size() : 0;
                     });
    REQUIRE(finished);
    CHECK(finished->out.size() == 100000000);
    CHECK(from_stderr == 100000000);
    CHECK(finished->err.size() < (1U << 20));
}

TEST_CASE("a helper that lives on and holds the outputs does not hold up the end") {
    Launcher launcher = shell();
    const auto begin = std::chrono::steady_clock::now();
    const std::string out = out_of(launcher, script("sleep 20 & echo $!"));
    CHECK(std::chrono::steady_clock::now() - begin < 10s);
    ::kill(std::stoi(out), SIGKILL);
}

TEST_CASE("cancelling returns at once, and the child is asked to end and not killed") {
    const std::string file = "/tmp/fairlead-process-test-" + std::to_string(::getpid());
    {
        Launcher launcher = shell();
        std::stop_source stop;
        std::optional<Process> process;
        const Call call{.operation = "test", .stop = stop.get_token()};
        Command command = script("trap 'kill $!; echo graceful > " + file +
                                 "; exit 0' TERM; sleep 100 & echo ready; wait");
        command.interruptible = true;
        auto started = launcher.start(call, command);
        REQUIRE(started);
        const auto ready = started->next(call);
        REQUIRE(ready);
        stop.request_stop();
        const auto begin = std::chrono::steady_clock::now();
        const auto cancelled = started->next(call);
        REQUIRE_FALSE(cancelled);
        CHECK(cancelled.error().code == Errc::cancelled);
        CHECK(std::chrono::steady_clock::now() - begin < 100ms);
        process.emplace(std::move(*started));
        process.reset();
        // The launcher's end waits for the child's.
    }
    CHECK(::access(file.c_str(), F_OK) == 0);
    ::unlink(file.c_str());
}

TEST_CASE("what is not interruptible may finish when nobody waits for it any more") {
    const std::string file = "/tmp/fairlead-process-test-" + std::to_string(::getpid());
    {
        Launcher launcher = shell();
        const auto started = launcher.start({}, script("read x; trap '' HUP; echo finished > " + file));
        REQUIRE(started);
    }
    CHECK(::access(file.c_str(), F_OK) == 0);
    ::unlink(file.c_str());
}

TEST_CASE("a program that is absent or cannot be executed is unavailable, with the reason") {
    for (const char* program : {"no-such-program", "/nowhere/podman", "/etc/passwd", "/tmp"}) {
        CAPTURE(program);
        Launcher launcher(program, {"PATH=/usr/bin:/bin"});
        const auto finished = launcher.run({}, {});
        REQUIRE_FALSE(finished);
        CHECK(finished.error().code == Errc::unavailable);
        CHECK_FALSE(finished.error().hint.empty());
    }
}

TEST_CASE("many threads may run processes at once") {
    Launcher launcher = shell();
    std::vector<std::thread> threads;
    std::vector<std::string> outs(16);
    for (std::size_t i = 0; i < outs.size(); ++i) {
        threads.emplace_back([&launcher, &outs, i] {
            for (int round = 0; round < 4; ++round) {
                const auto finished = launcher.run({}, script("echo " + std::to_string(i)));
                outs[i] += finished ? finished->out : "failed";
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    for (std::size_t i = 0; i < outs.size(); ++i) {
        const std::string line = std::to_string(i) + "\n";
        CHECK(outs[i] == line + line + line + line);
    }
}
