// SPDX-License-Identifier: MIT
#include <memory>
#include <stop_token>
#include <string>
#include <thread>

#include <doctest/doctest.h>

#include "../../../core/src/event_log.hpp"

using namespace fairlead;

namespace {

LifecycleEvent event(std::string service) {
    return {.service = std::move(service), .message = {}, .exit_code = {}, .error = {}};
}

std::stop_token stopped() {
    std::stop_source source;
    source.request_stop();
    return source.get_token();
}

} // namespace

TEST_CASE("a late reader sees the events from the start, numbered without holes") {
    EventLog log(10);
    log.append(event("a"));
    log.append(event("b"));
    auto reader = log.subscribe();
    const auto first = reader.next();
    REQUIRE(first);
    CHECK(first->event.number == 1);
    CHECK(first->event.service == "a");
    CHECK(reader.next()->event.number == 2);
    CHECK_FALSE(reader.next(stopped()));
}

TEST_CASE("a reader that falls behind is told how many events it has missed") {
    EventLog log(2);
    auto reader = log.subscribe();
    log.append(event("1"));
    CHECK(reader.next()->dropped == 0);
    for (const char* name : {"2", "3", "4", "5"}) {
        log.append(event(name));
    }
    const auto item = reader.next();
    REQUIRE(item);
    CHECK(item->dropped == 2);
    CHECK(item->event.service == "4");
    CHECK(reader.next()->dropped == 0);
}

TEST_CASE("a reader that comes before the first event waits for it") {
    EventLog log(10);
    auto reader = log.subscribe();
    CHECK_FALSE(reader.next(stopped()));
    log.append(event("a"));
    const auto item = reader.next();
    REQUIRE(item);
    CHECK(item->event.service == "a");
    CHECK(item->dropped == 0);
}

TEST_CASE("a reader that subscribes after events have gone has missed nothing of its own") {
    EventLog log(1);
    log.append(event("1"));
    log.append(event("2"));
    auto reader = log.subscribe();
    const auto item = reader.next();
    REQUIRE(item);
    CHECK(item->dropped == 0);
    CHECK(item->event.number == 2);
}

TEST_CASE("a waiting reader is woken by an event and by the end of the log") {
    auto log = std::make_unique<EventLog>(10);
    auto reader = log->subscribe();
    std::jthread writer([&log] {
        log->append(event("a"));
        log.reset();
    });
    CHECK(reader.next()->event.service == "a");
    CHECK_FALSE(reader.next());
}
