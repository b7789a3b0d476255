// SPDX-License-Identifier: MIT
#include <algorithm>
#include <csignal>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "../support/sample_stacks.hpp"
#include "proxy_stand.hpp"

using namespace fairlead::test;
using namespace std::chrono_literals;
using Kind = Fault::Kind;
using Names = std::vector<std::string>;

namespace {

/// One container that has said its lines and has ended.
struct SpokenStand : ProxyStand {
    SpokenStand() {
        stack(R"({"one": {"image": "${IMAGE}", "pull_policy": "never", "command":
            ["sh", "-c", "echo first; printf 'tab\\tand \\303\\251\\n'; echo third; echo fourth"]}})");
        const Outcome up = run({"up", "-d"});
        REQUIRE_MESSAGE(up.code == 0, up.err);
        engine.ask("POST", fmt::format("/containers/{}/wait", container("one")));
    }
};

constexpr std::string_view spoken = "first\ntab\tand \303\251\nthird\nfourth\n";

/// A frame of Docker's log format.
std::string frame(char stream, std::string_view text) {
    std::string bytes{stream, 0, 0, 0, 0, 0, 0, static_cast<char>(text.size())};
    return bytes.append(text);
}

Fault answer_with(std::string_view status, std::string_view type, std::string_view body) {
    return {.kind = Kind::replace, .text = http_answer(status, type, body)};
}

void say_requests(std::string_view what, const Names& requests) {
    MESSAGE(fmt::format("{}: {} requests\n  {}", what, requests.size(), fmt::join(requests, "\n  ")));
}

} // namespace

TEST_CASE_FIXTURE(SpokenStand, "logs that come byte by byte are printed byte for byte") {
    proxy->inject("/logs", {.kind = Kind::split});
    const Outcome logs = run({"logs", "--no-prefix"});
    CHECK_MESSAGE(logs.code == 0, logs.err);
    CHECK(logs.out == spoken);
    proxy->await_request("/logs");
}

TEST_CASE_FIXTURE(SpokenStand,
                  "logs whose connection breaks off are a failure that keeps what came before") {
    proxy->inject("/logs", {.kind = Kind::truncate, .bytes = 120});
    const Outcome logs = run({"logs", "--no-prefix"});
    CHECK(logs.code != 0);
    CHECK_FALSE(logs.err.empty());
    CHECK(spoken.starts_with(logs.out.substr(0, logs.out.rfind('\n') + 1)));
}

TEST_CASE_FIXTURE(SpokenStand,
                  "logs that end inside a frame are a failure, even if the answer is complete") {
    std::string body = frame(1, "2024-05-01T12:00:00.000000000Z whole\n");
    body += frame(1, "2024-05-01T12:00:00.000000000Z cut short\n").substr(0, 42);
    proxy->inject("/logs", answer_with("200 OK", "application/octet-stream", body));
    const Outcome logs = run({"logs", "--no-prefix"});
    CHECK(logs.code == 1);
    CHECK(logs.out.starts_with("whole\n"));
    CHECK_FALSE(logs.err.empty());
}

TEST_CASE_FIXTURE(SpokenStand, "a frame that claims four gigabytes, or no known stream, is refused") {
    std::string huge = frame(1, "");
    std::fill(huge.begin() + 4, huge.end(), '\xff');
    for (const std::string& body : {huge, frame(9, "2024-05-01T12:00:00.000000000Z odd\n")}) {
        proxy->inject("/logs", answer_with("200 OK", "application/octet-stream", body), 1);
        const Outcome logs = run({"logs"});
        CHECK(logs.code == 1);
        CHECK_FALSE(logs.err.empty());
        CHECK(logs.took < 30s);
    }
}

TEST_CASE_FIXTURE(ProxyStand,
                  "when the answer to create is lost, the container is there once or not at all") {
    stack(sample::single);
    proxy->inject("POST /v1.41/containers/create", {.kind = Kind::reset_answer}, 1);
    const Outcome up = run({"up", "-d"});
    const Names left = engine.containers(project());
    if (up.code == 0) {
        CHECK(left == Names{container("one")});
    } else {
        CHECK_FALSE(up.err.empty());
        CHECK(left.empty());
    }
    proxy->await_request("/containers/create");
    CHECK(run({"down"}).code == 0);
    CHECK(is_gone());
}

TEST_CASE_FIXTURE(ProxyStand, "when the answer to start is lost, up ends well or leaves nothing") {
    stack(sample::single);
    proxy->inject("/start", {.kind = Kind::reset_answer}, 1);
    const Outcome up = run({"up", "-d"});
    proxy->await_request("/start");
    CHECK((up.code == 0 || engine.containers(project()).empty()));
    CHECK(run({"down"}).code == 0);
    CHECK(is_gone());
}

TEST_CASE_FIXTURE(ProxyStand, "a pull that fails inside a successful answer is a failure") {
    stack(R"({"one": {"image": "fairlead-test/never-made"}})");
    proxy->inject("/images/create",
                  answer_with("200 OK", "application/json",
                              "{\"status\":\"Pulling\"}\r\n"
                              "{\"errorDetail\":{\"message\":\"no space left on device\"},"
                              "\"error\":\"no space left on device\"}\r\n"));
    const Outcome up = run({"up", "-d"});
    CHECK(up.code == 1);
    CHECK_MESSAGE(up.err.find("no space left on device") != std::string::npos, up.err);
    CHECK(is_gone());
}

TEST_CASE_FIXTURE(ProxyStand, "an error in plain text or in HTML is shown as it came") {
    stack(sample::single);
    proxy->inject("/containers/json",
                  answer_with("500 Internal Server Error", "text/plain", "the sky is falling\n"), 1);
    proxy->inject("/containers/json",
                  answer_with("502 Bad Gateway", "text/html",
                              "<html><body><h1>the gateway is closed</h1></body></html>"),
                  1);
    const Outcome plain = run({"ps"});
    CHECK(plain.code == 1);
    CHECK_MESSAGE(plain.err.find("the sky is falling") != std::string::npos, plain.err);
    const Outcome html = run({"ps"});
    CHECK(html.code == 1);
    CHECK_MESSAGE(html.err.find("the gateway is closed") != std::string::npos, html.err);
}

TEST_CASE_FIXTURE(ProxyStand, "what is no answer to the question is an error, not a crash") {
    stack(sample::single);
    for (const char* body : {"", "nonsense", "{}", "[{}]", "[null]", "[{\"Id\":7,\"Names\":\"x\"}]"}) {
        proxy->inject("/containers/json", answer_with("200 OK", "application/json", body), 1);
        const Outcome ps = run({"ps"});
        // What carries no label of the project may also be passed over.
        CHECK_MESSAGE((ps.code == 1 || ps.code == 0), body, ": ", ps.code, ' ', ps.err);
    }
}

TEST_CASE_FIXTURE(ProxyStand, "an engine that accepts and never answers is given up after the timeout") {
    options("docker", R"({"timeout": "1s"})");
    stack(sample::single);
    proxy->inject("", {.kind = Kind::hang});
    const Outcome ps = run({"ps"});
    CHECK_MESSAGE(ps.code == 3, ps.err);
    CHECK_FALSE(ps.err.empty());
    CHECK(ps.took < 15s);
}

TEST_CASE_FIXTURE(ProxyStand, "Ctrl-C ends a command at once whose engine never answers") {
    stack(sample::single);
    proxy->inject("", {.kind = Kind::hang});
    Process ps(command({"ps"}));
    proxy->await_request("");
    ps.signal(SIGINT);
    const Outcome outcome = ps.wait();
    CHECK_MESSAGE(outcome.code == 130, outcome.err);
    CHECK(outcome.took < 15s);
}

TEST_CASE_FIXTURE(ProxyStand, "one service goes up and down in few requests") {
    stack(sample::single);
    REQUIRE(run({"up", "-d"}).code == 0);
    const Names up = proxy->requests();
    say_requests("up -d", up);
    CHECK(up.size() <= 10);
    REQUIRE(run({"down"}).code == 0);
    Names down = proxy->requests();
    down.erase(down.begin(), down.begin() + static_cast<std::ptrdiff_t>(up.size()));
    say_requests("down", down);
    CHECK(down.size() <= 10);
}
