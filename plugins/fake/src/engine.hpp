// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include <fairlead/testing/fake_script.hpp>

#include "container_index.hpp"
#include "event_hub.hpp"
#include "faults.hpp"
#include "image_store.hpp"
#include "lifecycle.hpp"
#include "port_pool.hpp"
#include "resource_pool.hpp"
#include "scheduler.hpp"

namespace fairlead::fake {

/// The whole engine: its parts, and whether it can be reached. Everything but `scheduler.lock` and
/// `shut_down` expects the lock to be held.
class Engine {
public:
    explicit Engine(const testing::FakeEngineScript& script);
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;
    ~Engine();

    void lose(testing::FakeLossMode mode);
    void come_back();

    [[nodiscard]] bool lost() const noexcept { return lost_; }
    /// How often it has been lost so far: a call in flight meanwhile does not survive that.
    [[nodiscard]] std::uint64_t losses() const noexcept { return losses_; }

    // First: its mutex guards the others.
    Scheduler scheduler;
    const Time latency;
    Faults faults;
    ImageStore images;
    ContainerIndex containers;
    PortPool ports;
    ResourcePool networks;
    ResourcePool volumes;
    EventHub events;
    Lifecycle lifecycle;

private:
    void schedule(const testing::FakeLoss& loss);

    bool lost_ = false;
    std::uint64_t losses_ = 0;
    testing::FakeLossMode loss_mode_ = testing::FakeLossMode::containers_run_on;
};

} // namespace fairlead::fake
