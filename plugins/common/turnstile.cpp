// SPDX-License-Identifier: MIT
#include "turnstile.hpp"

namespace fairlead::plugin {

Turnstile::Turn::~Turn() {
    if (turnstile_ != nullptr) {
        const std::lock_guard lock(turnstile_->mutex_);
        ++turnstile_->free_;
        turnstile_->changed_.notify_all();
    }
}

std::optional<Turnstile::Turn> Turnstile::enter(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    const auto place = queue_.emplace(queue_.end());
    const bool entered =
        changed_.wait(lock, stop, [this, place] { return free_ > 0 && place == queue_.begin(); });
    queue_.erase(place);
    // Whoever was behind this place may be first now.
    changed_.notify_all();
    if (!entered) {
        return std::nullopt;
    }
    --free_;
    return Turn(*this);
}

} // namespace fairlead::plugin
