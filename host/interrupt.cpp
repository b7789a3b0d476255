// SPDX-License-Identifier: MIT
#include "interrupt.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <system_error>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace fairlead::host {
namespace {

sigset_t handled_signals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        sigaddset(&set, signal);
    }
    return set;
}

} // namespace

Interrupt::Interrupt() {
    const sigset_t set = handled_signals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    signals_ = ::signalfd(-1, &set, SFD_CLOEXEC);
    finished_ = ::eventfd(0, EFD_CLOEXEC);
    if (signals_ < 0 || finished_ < 0) {
        throw std::system_error(errno, std::generic_category(), "cannot wait for signals");
    }
    listener_ = std::jthread([this] { listen(); });
}

Interrupt::~Interrupt() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(finished_, &one, sizeof one);
    listener_.join();
    ::close(signals_);
    ::close(finished_);
}

void Interrupt::listen() {
    std::array<pollfd, 2> descriptors{pollfd{signals_, POLLIN, 0}, pollfd{finished_, POLLIN, 0}};
    for (;;) {
        if (::poll(descriptors.data(), descriptors.size(), -1) < 0) {
            continue;
        }
        if ((descriptors[1].revents & POLLIN) != 0) {
            return;
        }
        signalfd_siginfo signal{};
        if (::read(signals_, &signal, sizeof signal) != sizeof signal) {
            continue;
        }
        if (!source_.request_stop()) {
            ::_exit(130);
        }
    }
}

} // namespace fairlead::host
