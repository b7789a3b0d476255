// SPDX-License-Identifier: MIT
#include "stop_signal.hpp"

#include <csignal>

#include <pthread.h>
#include <unistd.h>

namespace broker {
namespace {

sigset_t awaited_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

} // namespace

StopSignal::StopSignal() {
    const sigset_t set = awaited_signals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    listener_ = std::jthread([this] { listen(); });
}

StopSignal::~StopSignal() {
    finished_ = true;
    pthread_kill(listener_.native_handle(), SIGTERM);
}

void StopSignal::listen() {
    const sigset_t set = awaited_signals();
    for (int signal = 0; sigwait(&set, &signal) == 0 && !finished_;) {
        if (!source_.request_stop()) {
            ::_exit(130);
        }
    }
}

} // namespace broker
