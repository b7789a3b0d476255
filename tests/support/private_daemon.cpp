// SPDX-License-Identifier: MIT
#include "private_daemon.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include <fmt/format.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "process.hpp"
#include "temp_folder.hpp"

namespace fairlead::test {

PrivateDaemon::PrivateDaemon() : state_(std::filesystem::temp_directory_path() / unique_project()) {
    engines("start");
    std::ifstream(state_ / "docker.pid") >> pid_;
}

PrivateDaemon::~PrivateDaemon() {
    try {
        signal(SIGCONT);
        engines("stop");
    } catch (const std::exception& error) {
        fmt::print(stderr, "left over in {}: {}\n", state_.string(), error.what());
    }
}

void PrivateDaemon::signal(int number) const {
    ::kill(pid_, number);
}

void PrivateDaemon::kill() const {
    const int process = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
    if (process < 0) {
        throw std::runtime_error("the daemon is gone already");
    }
    signal(SIGKILL);
    pollfd ended{.fd = process, .events = POLLIN, .revents = 0};
    ::poll(&ended, 1, -1);
    ::close(process);
}

void PrivateDaemon::restart() const {
    engines("start");
}

void PrivateDaemon::engines(const char* action) const {
    const char* script = std::getenv("FAIRLEAD_ENGINES");
    if (script == nullptr) {
        throw std::runtime_error("FAIRLEAD_ENGINES does not say where scripts/engines is");
    }
    const Outcome outcome = run({.arguments = {script, action, "--state", state_.string()}});
    if (outcome.code != 0) {
        throw std::runtime_error(outcome.err);
    }
}

} // namespace fairlead::test
