// SPDX-License-Identifier: MIT
#include <chrono>
#include <deque>
#include <memory>
#include <stop_token>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "scripted_runtime.hpp"

using namespace fairlead;
using namespace std::chrono_literals;
using fairlead::test::ScriptedRuntime;

namespace {

const Timestamp epoch{};

ContainerStatus container(const char* id, ContainerState state, Timestamp started) {
    ContainerStatus status;
    status.id = ContainerId(id);
    status.name = std::string("demo.") + id;
    status.service = id;
    status.state = state;
    status.started_at = started;
    return status;
}

/// Delivers what the test has queued, then is lost.
class QueuedSource : public EventSource {
public:
    explicit QueuedSource(std::deque<ContainerEvent>& events, int& connects)
        : events_(events), connects_(connects) {}

    Result<void> connect(std::stop_token) override {
        ++connects_;
        return {};
    }
    Result<ContainerEvent> next(std::stop_token) override {
        if (events_.empty()) {
            return fail({.code = Errc::unavailable, .message = "connection reset"});
        }
        ContainerEvent event = events_.front();
        events_.pop_front();
        return event;
    }

private:
    std::deque<ContainerEvent>& events_;
    int& connects_;
};

struct Watched {
    Watched() {
        runtime.on_watch = [this]() -> Result<std::unique_ptr<EventSource>> {
            return std::make_unique<QueuedSource>(events, connects);
        };
        runtime.on_list = [this]() -> Result<std::vector<ContainerStatus>> { return now; };
    }

    ScriptedRuntime runtime;
    std::deque<ContainerEvent> events;
    std::vector<ContainerStatus> now;
    int connects = 0;
};

ContainerEvent next(EventStream& stream) {
    auto event = stream.next();
    REQUIRE(event);
    return *event;
}

} // namespace

TEST_CASE("a loss is told once, and afterwards what has changed meanwhile") {
    Watched watched;
    watched.now = {
        container("a", ContainerState::running, epoch), container("b", ContainerState::running, epoch),
        container("c", ContainerState::running, epoch), container("d", ContainerState::starting, epoch)};
    auto stream = watched.runtime.watch("demo");
    REQUIRE(stream);
    CHECK(stream->next().error().code == Errc::unavailable);

    watched.now[0].state = ContainerState::stopped;
    watched.now[0].exit_code = 3;
    watched.now[1].started_at = epoch + 5s;
    watched.now[3].state = ContainerState::healthy;
    watched.now.erase(watched.now.begin() + 2);
    watched.now.push_back(container("e", ContainerState::running, epoch + 1s));

    CHECK(next(*stream).kind == ContainerEventKind::reconnected);
    const auto removed = next(*stream);
    CHECK(removed.kind == ContainerEventKind::removed);
    CHECK(removed.service == "c");
    const auto exited = next(*stream);
    CHECK(exited.kind == ContainerEventKind::exited);
    CHECK(exited.exit_code == 3);
    CHECK(exited.resynchronised);
    const auto restarted = next(*stream);
    CHECK(restarted.kind == ContainerEventKind::started);
    CHECK(restarted.service == "b");
    CHECK(next(*stream).kind == ContainerEventKind::healthy);
    CHECK(next(*stream).service == "e");
    CHECK(stream->next().error().code == Errc::unavailable);
    CHECK(watched.connects == 2);
}

TEST_CASE("what an event has told is not told again after a loss") {
    Watched watched;
    auto stream = watched.runtime.watch("demo");
    REQUIRE(stream);
    watched.events.push_back({.kind = ContainerEventKind::started,
                              .id = ContainerId("a"),
                              .name = "demo.a",
                              .service = "a",
                              .time = epoch + 2s,
                              .exit_code = {}});
    CHECK(next(*stream).kind == ContainerEventKind::started);
    CHECK_FALSE(stream->next());
    // The engine's start time lies a little before the event that told of it.
    watched.now = {container("a", ContainerState::running, epoch + 2s - 1ms)};
    CHECK(next(*stream).kind == ContainerEventKind::reconnected);
    CHECK_FALSE(stream->next());
}

TEST_CASE("waiting for the engine's return is cancellable") {
    Watched watched;
    auto stream = watched.runtime.watch("demo");
    REQUIRE(stream);
    CHECK_FALSE(stream->next());
    watched.runtime.on_list = []() -> Result<std::vector<ContainerStatus>> {
        return fail({.code = Errc::unavailable});
    };
    std::stop_source stop;
    stop.request_stop();
    CHECK(stream->next(stop.get_token()).error().code == Errc::cancelled);
}
