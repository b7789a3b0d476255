// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include <fairlead/error.hpp>
#include <fairlead/testing/fake_script.hpp>

#include "engine.hpp"

namespace fairlead::fake {

/// One call of the host inside the engine: holds the lock, is counted by the clock, and knows what it
/// is about, for its errors.
class Call {
public:
    Call(Engine& engine, std::string_view operation, std::string_view subject, std::stop_token stop);
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;
    ~Call();

    /// Everything that an operation meets before it has any effect: blocks, the latency, failures.
    /// `service` may be empty.
    [[nodiscard]] Result<void> begin(testing::FakeOperation operation, std::string_view service);

    /// What a call that was begun gives back: the result, unless the answer gets lost.
    template <class T>
    [[nodiscard]] Result<T> end(Result<T> result) {
        if (lost_reply_) {
            return fail(std::move(*lost_reply_));
        }
        return result;
    }

    /// Waits for `ready`, looked at when `list` is woken; see `Scheduler::wait`.
    [[nodiscard]] WaitEnd wait(WaitList* list, std::optional<Time> deadline,
                               const std::function<bool()>& ready);

    /// Lets others at the engine while `function` runs; what has been looked up is stale afterwards.
    template <class Function>
    void unlocked(Function&& function) {
        const Relock relock(lock_);
        function();
    }

    /// From here on errors name this and not what the host named.
    void set_subject(std::string_view subject) { subject_ = subject; }

    [[nodiscard]] Error error(Errc code, std::string message, std::string hint = {}) const;
    /// The error for a wait that has ended as `cancelled` or `interrupted`.
    [[nodiscard]] Error error(WaitEnd end) const;
    /// Completes an error that has come without operation and subject.
    [[nodiscard]] Error about(Error error) const;

private:
    class Relock {
    public:
        explicit Relock(Lock& lock) : lock_(lock) { lock_.unlock(); }
        Relock(const Relock&) = delete;
        Relock& operator=(const Relock&) = delete;
        ~Relock() { lock_.lock(); }

    private:
        Lock& lock_;
    };

    [[nodiscard]] bool engine_gone() const;
    [[nodiscard]] Result<void> pass_blocks(testing::FakeOperation operation, std::string_view service);

    Engine& engine_;
    Lock lock_;
    std::string operation_;
    std::string subject_;
    std::stop_token stop_;
    std::uint64_t losses_before_;
    std::optional<Error> lost_reply_;
};

} // namespace fairlead::fake
