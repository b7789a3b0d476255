// SPDX-License-Identifier: MIT
#include "sigpipe_guard.hpp"

#include <ctime>

namespace fairlead::docker {
namespace {

sigset_t sigpipe_only() noexcept {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    return set;
}

bool sigpipe_pending() noexcept {
    sigset_t pending;
    return sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE) == 1;
}

} // namespace

SigpipeGuard::SigpipeGuard() noexcept : pending_before_(sigpipe_pending()) {
    const sigset_t set = sigpipe_only();
    pthread_sigmask(SIG_BLOCK, &set, &before_);
}

SigpipeGuard::~SigpipeGuard() {
    if (!pending_before_ && sigpipe_pending()) {
        const sigset_t set = sigpipe_only();
        const timespec at_once{};
        sigtimedwait(&set, nullptr, &at_once);
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

} // namespace fairlead::docker
