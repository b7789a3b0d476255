// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <stop_token>
#include <utility>
#include <vector>

#include <fairlead/error.hpp>
#include <fairlead/lifecycle_plan.hpp>

namespace fairlead {

/// Who may work on which services of one manager: either one on all of them, or several, each on some.
/// Threads: any.
class Turns {
public:
    /// A turn that was given; gives it back when it goes.
    class Turn {
    public:
        explicit Turn(std::function<void()> give_back) : give_back_(std::move(give_back)) {}
        Turn(Turn&& other) noexcept : give_back_(std::exchange(other.give_back_, nullptr)) {}
        Turn& operator=(Turn&&) = delete;
        ~Turn() {
            if (give_back_) {
                give_back_();
            }
        }

    private:
        std::function<void()> give_back_;
    };

    explicit Turns(const LifecyclePlan& plan) : plan_(plan), taken_(plan.services().size(), false) {}

    /// Waits until nobody works on anything. Errors: `cancelled`.
    [[nodiscard]] Result<Turn> all(const std::stop_token& stop);

    /// Waits until nobody works on all.
    /// Errors: `restart_in_progress` naming a service that another such turn has; `cancelled`.
    [[nodiscard]] Result<Turn> some(std::vector<std::size_t> services, const std::stop_token& stop);

private:
    const LifecyclePlan& plan_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    bool whole_ = false;
    std::size_t parts_ = 0;
    std::vector<bool> taken_;
};

} // namespace fairlead
