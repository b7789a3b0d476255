// SPDX-License-Identifier: MIT
#pragma once

#include <stop_token>
#include <thread>

#include <fairlead/lifecycle_manager.hpp>
#include <fairlead/testing/fake_control.hpp>

#include "scenario.hpp"

namespace fairlead::model {

/// Comes in between an operation of a manager: once the manager has told of so many events more, it asks
/// for the operation's end or makes the engine go away.
class Interferer {
public:
    Interferer(const Step& step, const LifecycleManager& manager, testing::FakeControl& control);

    /// For the operation that is to be cancelled.
    [[nodiscard]] std::stop_token token() const { return cancel_.get_token(); }

    /// After the operation: whether anything came in between. The engine is there again afterwards.
    bool finish();

private:
    void wait(std::size_t events, const std::stop_token& stop);

    const Interference kind_;
    testing::FakeControl& control_;
    EventSubscription events_;
    std::stop_source cancel_;
    bool done_ = false;
    std::jthread thread_;
};

} // namespace fairlead::model
