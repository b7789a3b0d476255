// SPDX-License-Identifier: MIT
#include "turns.hpp"

#include <algorithm>
#include <utility>

namespace fairlead {
namespace {

std::unexpected<Error> cancelled() {
    return fail({.code = Errc::cancelled, .operation = "wait for other work", .message = "cancelled"});
}

} // namespace

Result<Turns::Turn> Turns::all(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait(lock, stop, [this] { return !whole_ && parts_ == 0; })) {
        return cancelled();
    }
    whole_ = true;
    return Turn([this] {
        {
            const std::lock_guard guard(mutex_);
            whole_ = false;
        }
        changed_.notify_all();
    });
}

Result<Turns::Turn> Turns::some(std::vector<std::size_t> services, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    const auto taken = [&] {
        return std::ranges::find_if(services, [this](std::size_t service) { return taken_[service]; });
    };
    if (!changed_.wait(lock, stop, [&] { return !whole_ || taken() != services.end(); })) {
        return cancelled();
    }
    if (const auto conflict = taken(); conflict != services.end()) {
        return fail({.code = Errc::restart_in_progress,
                     .operation = "restart",
                     .subject = plan_.services()[*conflict].container.service,
                     .message = "it is being restarted already",
                     .hint = "Wait for that restart to end."});
    }
    ++parts_;
    for (const std::size_t service : services) {
        taken_[service] = true;
    }
    return Turn([this, services = std::move(services)] {
        {
            const std::lock_guard guard(mutex_);
            --parts_;
            for (const std::size_t service : services) {
                taken_[service] = false;
            }
        }
        changed_.notify_all();
    });
}

} // namespace fairlead
