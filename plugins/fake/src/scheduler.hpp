// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <unordered_set>
#include <utility>
#include <vector>

#include <fairlead/container_status.hpp>
#include <fairlead/testing/fake_script.hpp>

namespace fairlead::fake {

/// The engine's time, from its beginning.
using Time = std::chrono::nanoseconds;

/// Longer than anybody waits; sums of two do not overflow.
inline constexpr Time far_away = std::chrono::hours(24 * 365 * 100);

/// What all state of the engine is guarded by. Functions that say so expect it to be held.
using Lock = std::unique_lock<std::mutex>;

class WaitList;

/// One thread that waits inside the engine.
class Waiter {
private:
    friend class Scheduler;
    friend class WaitList;

    std::condition_variable_any condition_;
    bool woken_ = false;
    /// Held by `block`, so left out of the account of calls.
    bool held_ = false;
};

/// The threads that wait for a change of one thing.
class WaitList {
private:
    friend class Scheduler;
    std::vector<Waiter*> waiters_;
};

/// How a wait ended.
enum class WaitEnd { ready, deadline, interrupted, cancelled };

/// Time, what is due at which time, and who waits for it: one thread for the whole engine.
///
/// A waiting thread counts as awake from the moment it is woken, not from the moment it runs. That
/// is why waking goes through here: virtual time must not move on between the two.
///
/// Threads: all functions but `lock` expect the lock to be held.
class Scheduler {
public:
    using Timer = std::pair<Time, std::uint64_t>;

    explicit Scheduler(testing::FakeClock kind);
    Scheduler(const Scheduler&) = delete;
    Scheduler& operator=(const Scheduler&) = delete;
    ~Scheduler();

    [[nodiscard]] Lock lock() const { return Lock(mutex_); }

    /// Ends the thread. Not under the lock.
    void shut_down();

    [[nodiscard]] Time now() const;
    [[nodiscard]] Timestamp timestamp() const { return epoch_ + now(); }

    /// The time after that delay, which may be absurdly long.
    [[nodiscard]] Time from_now(Time delay) const { return now() + std::min(delay, far_away); }

    /// Calls `action` at that time, or as soon as possible, under the lock, in the order of times and,
    /// among equal ones, of these calls.
    Timer at(Time when, std::function<void()> action);
    /// Nothing if it has been called already.
    void cancel(const Timer& timer);

    /// A call has come in, or has gone.
    void enter();
    void leave();

    /// Waits until `ready`, which is looked at whenever `list` is woken. `interrupted` is looked at
    /// next; `interrupt_all` makes every waiter look.
    WaitEnd wait(Lock& lock, WaitList* list, std::optional<Time> deadline, const std::stop_token& stop,
                 const std::function<bool()>& ready, const std::function<bool()>& interrupted);
    /// The same for a call that is held: time goes on as if it were not there.
    WaitEnd wait_held(Lock& lock, WaitList& list, const std::stop_token& stop,
                      const std::function<bool()>& ready, const std::function<bool()>& interrupted);

    void wake(WaitList& list);
    void interrupt_all();

    /// While it is set, virtual time also moves when no call is inside.
    void move_when_empty(bool yes);

    void hold();
    void release_hold();

    /// `FakeControl::advance`; false when cancelled.
    bool advance(Lock& lock, Time duration, const std::stop_token& stop);

    [[nodiscard]] bool is_virtual() const noexcept { return kind_ == testing::FakeClock::virtual_time; }

private:
    void run_real(const std::stop_token& stop);
    void run_virtual(const std::stop_token& stop);
    void run_due(Time now);
    [[nodiscard]] bool may_move() const;
    void move();
    void note_activity();
    void wake_one(Waiter& waiter);
    void pause(Lock& lock, Waiter& waiter, const std::stop_token& stop);

    const testing::FakeClock kind_;
    const Timestamp epoch_;
    const std::chrono::steady_clock::time_point origin_ = std::chrono::steady_clock::now();

    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    std::map<Timer, std::function<void()>> timers_;
    std::uint64_t sequence_ = 0;
    std::uint64_t activity_ = 0;
    std::unordered_set<Waiter*> waiting_;

    Time virtual_now_{0};
    std::size_t inside_ = 0;
    std::size_t asleep_ = 0;
    std::size_t holds_ = 0;
    bool moves_when_empty_ = false;
    /// Where `advance` shall lead to.
    std::optional<Time> target_;
    std::uint64_t targets_reached_ = 0;
    std::condition_variable_any reached_;

    // Last: it uses everything above.
    std::jthread thread_;
};

} // namespace fairlead::fake
