// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <stop_token>
#include <thread>

#include <fairlead/lifecycle_manager.hpp>

#include "../context.hpp"

namespace fairlead::host {

/// Tells the user what a manager does, as it happens, from a thread of its own.
class Narrator {
public:
    using Listener = std::function<void(const LifecycleEvent&)>;

    /// `listener`, if there is one, is called with each event once it has been told.
    Narrator(Context& context, const LifecycleManager& manager, Listener listener = {});

    /// Tells what is left to tell and ends.
    void finish();

private:
    void narrate(const std::stop_token& stop);

    Context& context_;
    const LifecycleManager& manager_;
    const Listener listener_;
    std::jthread thread_;
};

/// How many characters the longest of its services' names has, for columns.
[[nodiscard]] std::size_t longest_name(const LifecycleManager& manager);

} // namespace fairlead::host
