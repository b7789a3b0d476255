// SPDX-License-Identifier: MIT
#include "child_setup.hpp"

#include <array>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace fairlead::podman {
namespace {

constexpr int first_free = 3;

/// Marked and not closed: the launcher still needs one of them to report a failing exec.
int close_at_exec() {
    if (::syscall(SYS_close_range, static_cast<unsigned>(first_free), ~0U, CLOSE_RANGE_CLOEXEC) == 0) {
        return 0;
    }
    // Before Linux 5.11.
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return errno;
    }
    constexpr rlim_t most = 1UL << 20;
    const int end = static_cast<int>(limit.rlim_cur < most ? limit.rlim_cur : most);
    for (int descriptor = first_free; descriptor < end; ++descriptor) {
        ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    }
    return 0;
}

void reset_signals() {
    struct sigaction action{};
    action.sa_handler = SIG_DFL;
    for (int signal = 1; signal < NSIG; ++signal) {
        ::sigaction(signal, &action, nullptr);
    }
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

bool move_up(Descriptor& descriptor) {
    if (descriptor.value >= first_free) {
        return true;
    }
    const int moved = ::fcntl(descriptor.value, F_DUPFD_CLOEXEC, first_free);
    descriptor.reset(moved);
    return moved >= 0;
}

} // namespace

void Descriptor::reset(int descriptor) {
    if (value >= 0) {
        const int before = errno;
        ::close(value);
        errno = before;
    }
    value = descriptor;
}

bool Pipe::open() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return false;
    }
    reading.reset(ends[0]);
    writing.reset(ends[1]);
    return move_up(reading) && move_up(writing);
}

int set_up_child(bool dies_with_us) {
    ::setsid();
    if (dies_with_us) {
        ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    }
    if (::chdir("/") != 0) {
        return errno;
    }
    reset_signals();
    return close_at_exec();
}

} // namespace fairlead::podman
