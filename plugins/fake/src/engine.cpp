// SPDX-License-Identifier: MIT
#include "engine.hpp"

#include <algorithm>

namespace fairlead::fake {

using testing::FakeLossMode;

Engine::Engine(const testing::FakeEngineScript& script)
    : scheduler(script.clock), latency(script.latency), faults(script),
      images(script.images, script.registry), networks("network", script.networks),
      volumes("volume", script.volumes), events(scheduler),
      lifecycle(scheduler, events, containers, ports, networks, volumes) {
    const Lock lock = scheduler.lock();
    for (const testing::FakeLoss& loss : script.losses) {
        schedule(loss);
    }
}

// The clock's thread works on everything here, so it ends before anything does.
Engine::~Engine() {
    scheduler.shut_down();
}

void Engine::schedule(const testing::FakeLoss& loss) {
    scheduler.at(std::min(loss.after, far_away), [this, loss] {
        lose(loss.mode);
        if (loss.lasts) {
            // Nobody can be inside to wait for the return.
            scheduler.move_when_empty(true);
            scheduler.at(scheduler.from_now(*loss.lasts), [this] { come_back(); });
        }
    });
}

void Engine::lose(FakeLossMode mode) {
    if (lost_) {
        return;
    }
    lost_ = true;
    ++losses_;
    loss_mode_ = mode;
    events.disconnect_all();
    if (mode == FakeLossMode::containers_die) {
        lifecycle.engine_died();
    }
    scheduler.interrupt_all();
}

void Engine::come_back() {
    if (!lost_) {
        return;
    }
    lost_ = false;
    scheduler.move_when_empty(false);
    if (loss_mode_ == FakeLossMode::containers_die) {
        lifecycle.engine_returned();
    }
}

} // namespace fairlead::fake
