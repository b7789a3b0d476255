// SPDX-License-Identifier: MIT
#include "scheduler.hpp"

#include <algorithm>
#include <string>

#include <pthread.h>

#include "thread_census.hpp"

namespace fairlead::fake {
namespace {

using namespace std::chrono_literals;

/// Virtual time begins at the same moment in every run, so that timestamps are the same as well.
constexpr Timestamp virtual_epoch = std::chrono::sys_days(std::chrono::year(2024) / 1 / 1);

/// How long a host that computes without calling is waited for, and how often it is looked at. A
/// thread that falls asleep tells nobody, hence the looking.
constexpr auto patience = 500ms;
constexpr auto first_look = 20us;
constexpr auto last_look = 1000us;

/// Removes the waiter from what it is on, whichever way the wait ends.
class Registration {
public:
    Registration(std::unordered_set<Waiter*>& all, std::vector<Waiter*>* list, Waiter& waiter)
        : all_(all), list_(list), waiter_(waiter) {
        all_.insert(&waiter_);
        if (list_ != nullptr) {
            list_->push_back(&waiter_);
        }
    }
    Registration(const Registration&) = delete;
    Registration& operator=(const Registration&) = delete;
    ~Registration() {
        all_.erase(&waiter_);
        if (list_ != nullptr) {
            std::erase(*list_, &waiter_);
        }
    }

private:
    std::unordered_set<Waiter*>& all_;
    std::vector<Waiter*>* list_;
    Waiter& waiter_;
};

} // namespace

Scheduler::Scheduler(testing::FakeClock kind)
    : kind_(kind), epoch_(kind == testing::FakeClock::real ? Timestamp(std::chrono::system_clock::now())
                                                           : virtual_epoch),
      thread_([this](const std::stop_token& stop) {
          pthread_setname_np(pthread_self(), std::string(clock_thread_name).c_str());
          is_virtual() ? run_virtual(stop) : run_real(stop);
      }) {}

Scheduler::~Scheduler() = default;

void Scheduler::shut_down() {
    thread_.request_stop();
    if (thread_.joinable()) {
        thread_.join();
    }
}

Time Scheduler::now() const {
    return is_virtual() ? virtual_now_
                        : std::chrono::duration_cast<Time>(std::chrono::steady_clock::now() - origin_);
}

void Scheduler::note_activity() {
    ++activity_;
    if (!is_virtual() || may_move()) {
        changed_.notify_one();
    }
}

Scheduler::Timer Scheduler::at(Time when, std::function<void()> action) {
    const Timer timer{std::max(when, now()), sequence_++};
    const auto added = timers_.emplace(timer, std::move(action)).first;
    // The real clock's thread sleeps until the first timer; another one does not concern it.
    if (is_virtual() || added == timers_.begin()) {
        note_activity();
    }
    return timer;
}

void Scheduler::cancel(const Timer& timer) {
    timers_.erase(timer);
    ++activity_;
}

void Scheduler::enter() {
    ++inside_;
    ++activity_;
}

void Scheduler::leave() {
    --inside_;
    if (is_virtual()) {
        note_activity();
    }
}

void Scheduler::wake_one(Waiter& waiter) {
    if (waiter.woken_) {
        return;
    }
    waiter.woken_ = true;
    if (waiter.held_) {
        ++inside_;
    } else {
        --asleep_;
    }
    ++activity_;
    waiter.condition_.notify_one();
}

void Scheduler::wake(WaitList& list) {
    for (Waiter* waiter : list.waiters_) {
        wake_one(*waiter);
    }
}

void Scheduler::interrupt_all() {
    for (Waiter* waiter : waiting_) {
        wake_one(*waiter);
    }
}

/// Sleeps until woken or told to stop.
void Scheduler::pause(Lock& lock, Waiter& waiter, const std::stop_token& stop) {
    waiter.woken_ = false;
    if (waiter.held_) {
        --inside_;
    } else {
        ++asleep_;
    }
    if (is_virtual()) {
        note_activity();
    }
    if (!waiter.condition_.wait(lock, stop, [&] { return waiter.woken_; })) {
        wake_one(waiter);
    }
}

WaitEnd Scheduler::wait(Lock& lock, WaitList* list, std::optional<Time> deadline,
                        const std::stop_token& stop, const std::function<bool()>& ready,
                        const std::function<bool()>& interrupted) {
    Waiter waiter;
    const Registration registration(waiting_, list != nullptr ? &list->waiters_ : nullptr, waiter);
    bool late = deadline && *deadline <= now();
    std::optional<Timer> timer;
    WaitEnd end = WaitEnd::cancelled;
    for (;;) {
        if (ready()) {
            end = WaitEnd::ready;
            break;
        }
        if (interrupted()) {
            end = WaitEnd::interrupted;
            break;
        }
        if (stop.stop_requested()) {
            break;
        }
        if (late) {
            end = WaitEnd::deadline;
            break;
        }
        if (deadline && !timer) {
            timer = at(*deadline, [&] {
                late = true;
                wake_one(waiter);
            });
        }
        pause(lock, waiter, stop);
    }
    if (timer) {
        cancel(*timer);
    }
    return end;
}

WaitEnd Scheduler::wait_held(Lock& lock, WaitList& list, const std::stop_token& stop,
                             const std::function<bool()>& ready,
                             const std::function<bool()>& interrupted) {
    Waiter waiter;
    waiter.held_ = true;
    const Registration registration(waiting_, &list.waiters_, waiter);
    for (;;) {
        if (ready()) {
            return WaitEnd::ready;
        }
        if (interrupted()) {
            return WaitEnd::interrupted;
        }
        if (stop.stop_requested()) {
            return WaitEnd::cancelled;
        }
        pause(lock, waiter, stop);
    }
}

void Scheduler::move_when_empty(bool yes) {
    moves_when_empty_ = yes;
    note_activity();
}

void Scheduler::hold() {
    ++holds_;
    ++activity_;
}

void Scheduler::release_hold() {
    --holds_;
    note_activity();
}

bool Scheduler::advance(Lock& lock, Time duration, const std::stop_token& stop) {
    target_ = std::min(target_.value_or(virtual_now_) + std::min(duration, far_away), far_away);
    const std::uint64_t before = targets_reached_;
    note_activity();
    if (!reached_.wait(lock, stop, [&] { return targets_reached_ != before; })) {
        target_.reset();
        return false;
    }
    return true;
}

/// Conditions 1 and 3 of the rule in `fake_control.hpp`.
bool Scheduler::may_move() const {
    if (asleep_ != inside_) {
        return false;
    }
    if (target_) {
        return true;
    }
    return holds_ == 0 && !timers_.empty() && (asleep_ > 0 || moves_when_empty_);
}

void Scheduler::run_due(Time now) {
    while (!timers_.empty() && timers_.begin()->first.first <= now) {
        const auto action = timers_.extract(timers_.begin());
        action.mapped()();
    }
}

void Scheduler::move() {
    if (target_ && (timers_.empty() || timers_.begin()->first.first > *target_)) {
        virtual_now_ = std::max(virtual_now_, *target_);
        target_.reset();
        ++targets_reached_;
        reached_.notify_all();
        return;
    }
    virtual_now_ = std::max(virtual_now_, timers_.begin()->first.first);
    run_due(virtual_now_);
}

void Scheduler::run_virtual(const std::stop_token& stop) {
    auto look = std::chrono::duration_cast<std::chrono::nanoseconds>(first_look);
    std::chrono::nanoseconds waited{0};
    Lock lock(mutex_);
    while (changed_.wait(lock, stop, [&] { return may_move(); })) {
        const std::uint64_t seen = activity_;
        lock.unlock();
        // Without the lock: a thread that waits for it is not asleep for good.
        const bool quiet = others_sleep();
        lock.lock();
        if (activity_ != seen) {
            look = first_look;
            waited = 0ns;
            continue;
        }
        if (quiet || waited >= patience) {
            move();
            look = first_look;
            waited = 0ns;
            continue;
        }
        changed_.wait_for(lock, stop, look, [&] { return activity_ != seen; });
        waited += look;
        look = std::min<std::chrono::nanoseconds>(look * 2, last_look);
    }
}

void Scheduler::run_real(const std::stop_token& stop) {
    Lock lock(mutex_);
    while (!stop.stop_requested()) {
        run_due(now());
        const std::uint64_t seen = activity_;
        const auto changed = [&] { return activity_ != seen; };
        if (timers_.empty()) {
            changed_.wait(lock, stop, changed);
        } else {
            changed_.wait_until(lock, stop, origin_ + timers_.begin()->first.first, changed);
        }
    }
}

} // namespace fairlead::fake
