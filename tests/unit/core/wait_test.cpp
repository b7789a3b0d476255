// SPDX-License-Identifier: MIT
#include <chrono>
#include <future>
#include <stop_token>
#include <string>

#include <doctest/doctest.h>

#include <fairlead/wait.hpp>

#include "fake_stack.hpp"
#include "loopback_server.hpp"

using namespace fairlead;
using namespace fairlead::test;
using namespace std::chrono_literals;

namespace {

/// A container whose port 80 is published on that port.
ContainerId start_publishing(const FakeEngine& engine, std::uint16_t host_port,
                             RestartPolicy restart = {}) {
    ContainerSpec spec = service("web").container;
    spec.ports = {{.host_port = host_port, .container_port = 80}};
    spec.restart = restart;
    return engine.runtime->start(spec).value();
}

ContainerId start_plain(const FakeEngine& engine, RestartPolicy restart = {}) {
    ContainerSpec spec = service("web").container;
    spec.restart = restart;
    return engine.runtime->start(spec).value();
}

Result<void> wait_at(const FakeEngine& engine, const ContainerId& id, WaitCondition condition,
                     std::chrono::milliseconds timeout = no_timeout, std::stop_token stop = {}) {
    return wait_for(*engine.runtime, id, {.all_of = {std::move(condition)}, .timeout = timeout},
                    std::move(stop));
}

bool mentions(const Error& error, std::string_view text) {
    return to_string(error).find(text) != std::string::npos;
}

void answer(int connection, std::string_view status_line) {
    read_request(connection);
    send_text(connection, std::string(status_line) + "\r\nContent-Length: 0\r\n\r\n");
}

} // namespace

TEST_CASE("a port counts as open once a connection stays open or brings data") {
    const FakeEngine engine;
    const LoopbackServer silent([](int connection, int) { read_to_end(connection); });
    CHECK(wait_at(engine, start_publishing(engine, silent.port()), PortOpen{80}));
    REQUIRE(engine.runtime->remove("demo.web"));
    const LoopbackServer talking([](int connection, int) { send_text(connection, "220 ready\r\n"); });
    CHECK(wait_at(engine, start_publishing(engine, talking.port()), PortOpen{80}));
}

TEST_CASE("a port whose connections are closed at once is tried again until one stays open") {
    const FakeEngine engine;
    std::atomic<int> connections = 0;
    const LoopbackServer server([&connections](int connection, int number) {
        connections = number;
        if (number >= 3) {
            read_to_end(connection);
        }
    });
    CHECK(wait_at(engine, start_publishing(engine, server.port()), PortOpen{80}));
    CHECK(connections == 3);
}

TEST_CASE("a port that opens only after the wait has begun is found") {
    const FakeEngine engine;
    const LoopbackPort port;
    const ContainerId id = start_publishing(engine, port.number());
    auto waited = std::async(std::launch::async, [&] { return wait_at(engine, id, PortOpen{80}); });
    CHECK(waited.wait_for(30ms) == std::future_status::timeout);
    REQUIRE(::listen(port.socket(), 16) == 0);
    CHECK(waited.get());
}

TEST_CASE("a port that stays closed times out with what was seen last and the last log lines") {
    const FakeEngine engine(R"({"web": {"logs": ["cannot bind"]}})");
    const LoopbackPort port;
    const auto waited = wait_at(engine, start_publishing(engine, port.number()), PortOpen{80}, 60ms);
    REQUIRE_FALSE(waited);
    CHECK(waited.error().code == Errc::timeout);
    CHECK(waited.error().subject == "demo.web");
    CHECK(mentions(waited.error(), "port 80/tcp to open"));
    CHECK(mentions(waited.error(), "Connection refused"));
    CHECK(mentions(waited.error(), "cannot bind"));
}

TEST_CASE("an HTTP wait asks for the path until the answer is from 200 to 399") {
    const FakeEngine engine;
    std::string request;
    const LoopbackServer server([&request](int connection, int number) {
        if (number < 3) {
            answer(connection,
                   number == 1 ? "HTTP/1.1 503 Service Unavailable" : "HTTP/1.0 404 Not Found");
            return;
        }
        request = read_request(connection);
        send_text(connection, "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\n\r\n");
        read_to_end(connection);
    });
    CHECK(wait_at(engine, start_publishing(engine, server.port()), HttpStatus{80, "/health?full=1", {}}));
    CHECK(request.starts_with("GET /health?full=1 HTTP/1.1\r\nHost: 127.0.0.1:"));
}

TEST_CASE("an HTTP wait for one status takes no other") {
    const FakeEngine engine;
    const LoopbackServer server([](int connection, int number) {
        answer(connection, number == 1 ? "HTTP/1.1 200 OK" : "HTTP/1.1 401 Unauthorized");
    });
    const ContainerId id = start_publishing(engine, server.port());
    CHECK(wait_at(engine, id, HttpStatus{80, "/", 401}));
    const auto waited = wait_at(engine, id, HttpStatus{80, "/", 204}, 60ms);
    REQUIRE_FALSE(waited);
    CHECK(waited.error().code == Errc::timeout);
    CHECK(mentions(waited.error(), "HTTP 204 from port 80 at /"));
    CHECK(mentions(waited.error(), "HTTP 401 from 127.0.0.1:"));
}

TEST_CASE("what answers in another protocol is no answer") {
    const FakeEngine engine;
    const LoopbackServer server([](int connection, int) {
        send_text(connection, "SSH-2.0-OpenSSH_9.2\r\n");
        read_request(connection);
    });
    const auto waited =
        wait_at(engine, start_publishing(engine, server.port()), HttpStatus{80, "/", {}}, 60ms);
    REQUIRE_FALSE(waited);
    CHECK(mentions(waited.error(), "not HTTP/1.x"));
}

TEST_CASE("a port that the container does not publish is refused with those that it does") {
    const FakeEngine engine;
    const auto waited = wait_at(engine, start_publishing(engine, 8081), PortOpen{8080});
    REQUIRE_FALSE(waited);
    CHECK(waited.error().code == Errc::invalid_spec);
    CHECK(mentions(waited.error(), "127.0.0.1:8081->80/tcp"));
    CHECK(mentions(waited.error(), "Add \"8080\""));
}

TEST_CASE("a container that ends while its port is waited for is the error, with its last log lines") {
    const FakeEngine engine(R"({"web": {"exit_after": "2s", "exit_code": 3, "logs": ["no licence"]}})");
    const LoopbackPort port;
    const auto waited = wait_at(engine, start_publishing(engine, port.number()), PortOpen{80});
    REQUIRE_FALSE(waited);
    CHECK(waited.error().code == Errc::exited);
    CHECK(mentions(waited.error(), "code 3"));
    CHECK(mentions(waited.error(), "no licence"));
}

TEST_CASE("a container that has ended before the wait is found out as well, and one that is gone") {
    const FakeEngine engine(R"({"web": {"exit_after": "0s", "exit_code": 3}})");
    const ContainerId id = start_publishing(engine, 8081);
    CHECK(wait_at(engine, id, PortOpen{80}).error().code == Errc::exited);
    REQUIRE(engine.runtime->remove("demo.web"));
    CHECK(wait_at(engine, id, PortOpen{80}).error().code == Errc::not_found);
}

TEST_CASE("a container that is removed while its port is waited for ends the wait") {
    const FakeEngine engine;
    std::promise<void> tried;
    const LoopbackServer server([&tried](int, int number) {
        if (number == 1) {
            tried.set_value();
        }
    });
    const ContainerId id = start_publishing(engine, server.port());
    auto waited = std::async(std::launch::async, [&] { return wait_at(engine, id, PortOpen{80}); });
    tried.get_future().wait();
    REQUIRE(engine.control->remove_behind_back("demo.web"));
    CHECK(waited.get().error().code == Errc::not_found);
}

TEST_CASE("a restart by the engine does not end the wait for a port") {
    const FakeEngine engine(R"({"web": {"exit_after": "1s", "exit_code": 1, "exit_times": 1}})");
    std::atomic<bool> open = false;
    const LoopbackServer server([&open](int connection, int) {
        if (open) {
            read_to_end(connection);
        }
    });
    const ContainerId id =
        start_publishing(engine, server.port(), {.mode = RestartMode::on_failure, .max_retries = 0});
    auto waited = std::async(std::launch::async, [&] { return wait_at(engine, id, PortOpen{80}); });
    auto events = engine.runtime->watch("demo").value();
    while (engine.runtime->inspect(id)->restarts == 0) {
        REQUIRE(events.next());
    }
    open = true;
    CHECK(waited.get());
}

TEST_CASE("a server that never answers holds up no cancellation") {
    const FakeEngine engine;
    std::promise<void> asked;
    const LoopbackServer server([&asked](int connection, int number) {
        read_request(connection);
        if (number == 1) {
            asked.set_value();
        }
        read_to_end(connection);
    });
    const ContainerId id = start_publishing(engine, server.port());
    std::stop_source stop;
    auto waited = std::async(std::launch::async, [&] {
        return wait_at(engine, id, HttpStatus{80, "/", {}}, no_timeout, stop.get_token());
    });
    asked.get_future().wait();
    stop.request_stop();
    CHECK(waited.get().error().code == Errc::cancelled);
}

TEST_CASE("a log line is found in what was written before, across chunks, and on either stream") {
    const FakeEngine engine;
    const ContainerId id = start_plain(engine);
    REQUIRE(engine.control->write_log("demo.web", LogSource::stdout_stream, "listening on "));
    REQUIRE(engine.control->write_log("demo.web", LogSource::stderr_stream, "noise\n"));
    REQUIRE(engine.control->write_log("demo.web", LogSource::stdout_stream, "port 80\r\n"));
    CHECK(wait_at(engine, id, LogLine{R"(^listening on port \d+$)"}));
    CHECK(wait_at(engine, id, LogLine{"noise"}));
}

TEST_CASE("a log line is found when it comes, and as often as was asked for") {
    const FakeEngine engine(
        R"({"web": {"logs": [{"after": "1m", "text": "ready"}, {"after": "2m", "text": "ready again"}]}})");
    const Timestamp begin = engine.control->now();
    const ContainerId id = start_plain(engine);
    CHECK(wait_at(engine, id, LogLine{"ready"}));
    CHECK(engine.control->now() - begin == 1min);
    CHECK(wait_at(engine, id, LogLine{"ready", 2}));
    CHECK(engine.control->now() - begin == 2min);
}

TEST_CASE("a line that is not finished counts only when the output ends") {
    const FakeEngine engine;
    const ContainerId id = start_plain(engine);
    REQUIRE(engine.control->write_log("demo.web", LogSource::stdout_stream, "ready"));
    const auto waited = wait_at(engine, id, LogLine{"ready"}, 40ms);
    REQUIRE_FALSE(waited);
    CHECK(waited.error().code == Errc::timeout);
    REQUIRE(engine.control->exit_container("demo.web", 0));
    CHECK(wait_at(engine, id, LogLine{"ready"}));
}

TEST_CASE("output that ends without the line is the container's end, with its last lines") {
    const FakeEngine engine(R"({"web": {"exit_after": "5s", "exit_code": 4, "logs": ["no disk"]}})");
    const auto waited = wait_at(engine, start_plain(engine), LogLine{"ready"});
    REQUIRE_FALSE(waited);
    CHECK(waited.error().code == Errc::exited);
    CHECK(mentions(waited.error(), "code 4 while waiting for a log line that matches \"ready\""));
    CHECK(mentions(waited.error(), "no disk"));
}

TEST_CASE("output goes on being read after the engine has started the container again") {
    const FakeEngine engine(
        R"({"web": {"exit_after": "1s", "exit_code": 1, "exit_times": 1, "logs": ["starting"]}})");
    const ContainerId id = start_plain(engine, {.mode = RestartMode::on_failure, .max_retries = 0});
    CHECK(wait_at(engine, id, LogLine{"starting", 2}));
}

TEST_CASE("a log line that never comes can be cancelled, and times out with the lines that came") {
    const FakeEngine engine(R"({"web": {"logs": ["still loading"]}})");
    const ContainerId id = start_plain(engine);
    std::stop_source stop;
    auto waited = std::async(std::launch::async, [&] {
        return wait_at(engine, id, LogLine{"ready"}, no_timeout, stop.get_token());
    });
    stop.request_stop();
    CHECK(waited.get().error().code == Errc::cancelled);
    const auto late = wait_at(engine, id, LogLine{"ready"}, 40ms);
    REQUIRE_FALSE(late);
    CHECK(late.error().code == Errc::timeout);
    CHECK(mentions(late.error(), "still loading"));
}

TEST_CASE("the loss of the engine ends the wait for a log line but not that for a port") {
    const FakeEngine engine;
    std::atomic<bool> open = false;
    const LoopbackServer server([&](int connection, int) {
        if (open) {
            read_to_end(connection);
        }
    });
    const ContainerId id = start_publishing(engine, server.port());
    auto line = std::async(std::launch::async, [&] { return wait_at(engine, id, LogLine{"ready"}); });
    auto port = std::async(std::launch::async, [&] { return wait_at(engine, id, PortOpen{80}); });
    REQUIRE(engine.control->advance(0s));
    engine.control->engine_lost();
    CHECK(line.get().error().code == Errc::unavailable);
    open = true;
    CHECK(port.get());
}

TEST_CASE("a wait is over once every condition has been met, and names the one that is not") {
    const FakeEngine engine(R"({"web": {"logs": [{"after": "1m", "text": "ready"}]}})");
    const LoopbackServer server([](int connection, int) { read_to_end(connection); });
    const ContainerId id = start_publishing(engine, server.port());
    CHECK(wait_for(*engine.runtime, id, {.all_of = {Healthy{}, LogLine{"ready"}, PortOpen{80}}}));
    const auto waited =
        wait_for(*engine.runtime, id, {.all_of = {PortOpen{80}, LogLine{"never"}}, .timeout = 200ms});
    REQUIRE_FALSE(waited);
    CHECK(mentions(waited.error(), "\"never\""));
}

TEST_CASE("what nothing can meet is refused before the engine is asked") {
    const FakeEngine engine;
    const ContainerId nobody("nobody");
    for (const WaitCondition& condition : std::vector<WaitCondition>{
             PortOpen{0}, HttpStatus{80, "health", {}}, HttpStatus{80, "/a b", {}},
             HttpStatus{80, "/\r\nHost: elsewhere", {}}, LogLine{"("}, CommandSucceeds{}}) {
        ContainerSpec spec = service("web").container;
        CHECK(prepare({.all_of = {condition}}, spec).error().code == Errc::invalid_spec);
        CHECK(wait_at(engine, nobody, condition).error().code == Errc::invalid_spec);
    }
    CHECK(wait_at(engine, nobody, Healthy{}, -1ms).error().code == Errc::invalid_spec);
    CHECK(engine.control->calls(testing::FakeOperation::inspect) == 0);
    CHECK(wait_at(engine, nobody, Healthy{}).error().code == Errc::not_found);
}

TEST_CASE("a pattern that takes for ever is given up and not waited for") {
    const FakeEngine engine;
    const ContainerId id = start_plain(engine);
    REQUIRE(
        engine.control->write_log("demo.web", LogSource::stdout_stream, std::string(5000, 'a') + "\n"));
    const auto waited = wait_at(engine, id, LogLine{"^(a*)*(a*)*(a*)*b$"});
    REQUIRE_FALSE(waited);
    CHECK(waited.error().code == Errc::invalid_spec);
}

TEST_CASE("a command becomes the healthcheck, unless there is one") {
    const FakeEngine engine(R"({"web": {"health_after": "1m"}})");
    const Wait wait{.all_of = {CommandSucceeds{{"pg_isready", "-q"}}}, .timeout = no_timeout};
    ContainerSpec spec = service("web").container;
    REQUIRE(prepare(wait, spec));
    REQUIRE(spec.healthcheck);
    CHECK(spec.healthcheck->test == std::vector<std::string>{"CMD", "pg_isready", "-q"});
    const ContainerId id = engine.runtime->start(spec).value();
    CHECK(wait_for(*engine.runtime, id, wait));
    CHECK(engine.runtime->inspect(id)->state == ContainerState::healthy);

    CHECK(prepare(wait, spec).error().code == Errc::invalid_spec);
    ContainerSpec other = service("web").container;
    CHECK(prepare({.all_of = {CommandSucceeds{{"a"}}, CommandSucceeds{{"b"}}}}, other).error().code ==
          Errc::invalid_spec);
}
