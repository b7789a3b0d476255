// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <mutex>
#include <string_view>
#include <utility>

namespace fairlead::host {

/// Standard output or standard error. A reader that goes away and a disk that is full are no reason to
/// crash or to lose a container: the failure is remembered and told once to whoever wants to know.
/// Threads: any; each `write` arrives in one piece.
class Output {
public:
    explicit Output(int descriptor) : descriptor_(descriptor) {}

    /// Called once, from the thread whose write failed first.
    void on_failure(std::function<void()> action) { on_failure_ = std::move(action); }

    void write(std::string_view text);
    void line(std::string_view text);

    [[nodiscard]] bool failed() const { return failure() != 0; }
    /// Why: an `errno`, or 0.
    [[nodiscard]] int failure() const;
    [[nodiscard]] bool is_terminal() const;

private:
    const int descriptor_;
    mutable std::mutex mutex_;
    int failure_ = 0;
    std::function<void()> on_failure_;
};

} // namespace fairlead::host
