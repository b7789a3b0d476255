// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <fairlead/event_stream.hpp>

#include "container.hpp"
#include "container_index.hpp"
#include "event_hub.hpp"
#include "port_pool.hpp"
#include "resource_pool.hpp"
#include "scheduler.hpp"

namespace fairlead::fake {

/// What happens to containers, by their scripts and by what is asked of the engine. Everything timed
/// is a timer of the container, cancelled with the run it belongs to.
///
///     phase      | goes to
///     -----------|-----------------------------------------------------------------------
///     created    | running (begin_run), removed
///     running    | stopped or restarting (end_run), removed
///     restarting | running (after the back-off), stopped (a stop was asked for), removed
///     stopped    | running (only when it died with the engine, on its return), removed
///
/// Guarded by the engine's lock.
class Lifecycle {
public:
    Lifecycle(Scheduler& scheduler, EventHub& events, ContainerIndex& containers, PortPool& ports,
              ResourcePool& networks, ResourcePool& volumes);

    /// Starts the process; its ports have been taken.
    void begin_run(Container& container);
    /// The process has ended; the restart policy decides what becomes of it.
    void end_run(Container& container, int code, bool oom);

    /// Sends the stop signal now and a kill after `grace`. Nothing if it is over.
    void stop(Container& container, Time grace);
    /// Ends it if it runs, and frees all that it has.
    void remove(Container& container);

    /// Sets its health and drops what the script says of it.
    void override_health(Container& container, Health health, std::string probe_output);
    void write_log(Container& container, LogSource source, std::string bytes);

    /// All running containers end, unobserved.
    void engine_died();
    /// Those of them that have a restart policy run again.
    void engine_returned();

private:
    void after(Container& container, Time delay, void (Lifecycle::*what)(Container&));
    void scripted_exit(Container& container);
    void kill(Container& container);
    void signalled_exit(Container& container);
    void restart(Container& container);

    void begin_health(Container& container);
    void health_at(Container& container, Time delay, Health health);
    void flap(Container& container, Time delay, Health health);
    void set_health(Container& container, Health health);

    [[nodiscard]] bool will_restart(const Container& container) const;
    void rest(Container& container);
    void cancel_timers(Container& container);
    void publish(const Container& container, ContainerEventKind kind);

    Scheduler& scheduler_;
    EventHub& events_;
    ContainerIndex& containers_;
    PortPool& ports_;
    ResourcePool& networks_;
    ResourcePool& volumes_;
};

} // namespace fairlead::fake
