// SPDX-License-Identifier: MIT
#pragma once

#include <stop_token>
#include <thread>

namespace fairlead::host {

/// Turns SIGINT, SIGTERM and SIGHUP into a stop request; the second one ends the process at once with
/// exit code 130. To be made in `main` before any thread: threads inherit the blocked signals.
class Interrupt {
public:
    Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;
    ~Interrupt();

    [[nodiscard]] std::stop_token token() const { return source_.get_token(); }

    /// For reasons other than a signal: nobody reads the output any more.
    void request() { source_.request_stop(); }

private:
    void listen();

    std::stop_source source_;
    int signals_;
    int finished_;
    std::jthread listener_;
};

} // namespace fairlead::host
