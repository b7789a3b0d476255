// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include <fairlead/container_id.hpp>
#include <fairlead/container_status.hpp>
#include <fairlead/error.hpp>
#include <fairlead/export.hpp>

namespace fairlead {

class ContainerRuntime;

enum class ContainerEventKind {
    started,
    healthy,
    unhealthy,
    exited,
    removed,
    /// About no container: the engine had been lost and is back; what has changed meanwhile follows.
    reconnected,
};

[[nodiscard]] FAIRLEAD_API std::string_view to_string(ContainerEventKind kind) noexcept;

/// Something that happened to a container of a project.
struct ContainerEvent {
    ContainerEventKind kind = ContainerEventKind::started;
    ContainerId id;
    std::string name;
    std::string service;
    Timestamp time{};
    /// For `exited`.
    std::optional<int> exit_code;
    /// Found by comparing lists after the engine had been out of reach, not told by the engine: the
    /// time is then the best known one, and what happened in between may be more than is reported.
    bool resynchronised = false;
};

/// What a plugin implements to let a project be watched: one subscription to the engine's events.
/// `EventStream` adds everything that is the same for all engines.
class FAIRLEAD_API EventSource {
public:
    EventSource() = default;
    EventSource(const EventSource&) = delete;
    EventSource& operator=(const EventSource&) = delete;
    virtual ~EventSource();

    /// Subscribes, again after a loss. Once it has returned, every later event is delivered.
    /// Errors: `unavailable`, `cancelled`.
    virtual Result<void> connect(std::stop_token stop) = 0;

    /// The next event; blocks until there is one.
    /// Errors: `unavailable` when the subscription is lost (the next call is `connect`), `cancelled`.
    virtual Result<ContainerEvent> next(std::stop_token stop) = 0;
};

/// The events of one project, from the moment `ContainerRuntime::watch` returned.
///
/// Engines omit events while they are down. After a loss the stream subscribes again, lists the
/// project, and reports what has changed meanwhile with `resynchronised` set.
///
/// Ownership: the caller's; it must not outlive the runtime that made it.
/// Threads: one at a time; different streams are independent.
class FAIRLEAD_API EventStream {
public:
    EventStream(ContainerRuntime& runtime, std::string project, std::unique_ptr<EventSource> source);
    EventStream(EventStream&&) noexcept;
    EventStream& operator=(EventStream&&) noexcept;
    ~EventStream();

    /// The next event.
    ///
    /// Errors: `cancelled`; `unavailable` once for each loss of the engine. Calling again after
    /// `unavailable` waits for the engine, trying again with a growing pause (100 ms to 5 s), and
    /// then goes on with what has changed.
    /// Blocking: until there is an event, an error, or `stop` is asked for (within 100 ms).
    [[nodiscard]] Result<ContainerEvent> next(std::stop_token stop = {});

private:
    friend class ContainerRuntime;

    Result<void> open(std::stop_token stop);
    Result<void> reconnect(std::stop_token stop);
    void resynchronise(const std::vector<ContainerStatus>& now);
    void remember(const ContainerEvent& event);

    ContainerRuntime* runtime_;
    std::string project_;
    std::unique_ptr<EventSource> source_;
    std::map<ContainerId, ContainerStatus> known_;
    std::deque<ContainerEvent> pending_;
    bool lost_ = false;
};

} // namespace fairlead
