// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include <fairlead/event_stream.hpp>

#include "common/call.hpp"
#include "common_names.hpp"
#include "docker_events.hpp"

namespace fairlead::docker {

/// One subscription to the events of all of fairlead's containers, shared by everybody in this runtime
/// who waits for one of them. It begins with the first who does.
///
/// It says *that* something has happened; what, an inspection tells. So a lost subscription loses
/// nothing: everybody is woken, and looks. Threads: any number. It must outlive its subscriptions.
class EventHub {
public:
    class Subscription;

    explicit EventHub(Engine& engine);
    EventHub(const EventHub&) = delete;
    EventHub& operator=(const EventHub&) = delete;
    ~EventHub();

    /// From now on events of the container wake the subscription.
    [[nodiscard]] std::unique_ptr<Subscription> subscribe(const std::string& container);

    /// Returns once the engine delivers events. What happened before is for the caller to find out, by an
    /// inspection after this.
    /// Errors: those of `EventSource::connect`.
    Result<void> ensure_connected(const Call& call);

private:
    void run(const std::stop_token& stop);
    void serve(std::unique_lock<std::mutex>& lock, const std::stop_token& stop);
    void wake_all();

    DockerEvents events_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::multimap<std::string, Subscription*> subscriptions_;
    bool wanted_ = false;
    bool connected_ = false;
    /// Counts attempts to connect, so that a waiter sees the result of one that began after it came.
    std::uint64_t attempts_ = 0;
    std::optional<Error> last_failure_;
    std::jthread thread_;
};

/// Somebody who waits for news of one container.
class EventHub::Subscription {
public:
    Subscription(EventHub& hub, std::string container);
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;
    ~Subscription();

    /// Forgets the news there are; to be called before looking.
    void clear();

    /// Blocks until there are news, the deadline passes or `stop` is asked for. Whether there are news.
    bool wait(const std::stop_token& stop, Clock::time_point deadline);

    /// Asked to stop as soon as there are news: for work that they make pointless. To be taken after
    /// `clear`.
    [[nodiscard]] std::stop_token interrupted() const;

private:
    friend class EventHub;

    EventHub& hub_;
    const std::string container_;
    /// Under the hub's mutex.
    bool news_ = false;
    std::stop_source interrupt_;
};

} // namespace fairlead::docker
