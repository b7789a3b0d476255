// SPDX-License-Identifier: MIT
#pragma once

#include <signal.h>

namespace fairlead::docker {

/// Keeps a peer that closes early from killing the host: OpenSSL writes without MSG_NOSIGNAL. The signal
/// is held back in this thread only, and a fresh one is swallowed; no handler of the host is touched.
class SigpipeGuard {
public:
    SigpipeGuard() noexcept;
    SigpipeGuard(const SigpipeGuard&) = delete;
    SigpipeGuard& operator=(const SigpipeGuard&) = delete;
    ~SigpipeGuard();

private:
    sigset_t before_{};
    bool pending_before_ = false;
};

} // namespace fairlead::docker
