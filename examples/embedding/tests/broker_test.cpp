// SPDX-License-Identifier: MIT
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <algorithm>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <unistd.h>

#include <fairlead/testing/fake_control.hpp>

#include "broker.hpp"

using namespace std::chrono_literals;
using fairlead::Errc;
using fairlead::testing::FakeOperation;

namespace {

/// Collects what the broker prints, and lets a test wait for a line instead of for a time.
class Printed {
public:
    void add(const std::string& line) {
        {
            const std::lock_guard lock(mutex_);
            lines_.push_back(line);
        }
        changed_.notify_all();
    }

    /// Blocks until a line begins so, and returns it.
    std::string await(std::string_view beginning) {
        std::unique_lock lock(mutex_);
        auto found = lines_.end();
        changed_.wait(lock, [&] {
            found = std::ranges::find_if(
                lines_, [&](const std::string& line) { return line.starts_with(beginning); });
            return found != lines_.end();
        });
        return *found;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> lines_;
};

/// A broker as `main` makes it, from a configuration file that names the fake.
class Bench {
public:
    /// `services` scripts the fake: the file is all that a test changes.
    explicit Bench(const std::string& services = "{}") {
        std::string name = (std::filesystem::temp_directory_path() / "broker-test-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        folder_ = name;
        std::ofstream(folder_ / "stack.json") << R"({"services": {
            "db": {"image": "db", "healthcheck": {"test": ["CMD", "true"]}},
            "web": {"image": "web", "ports": ["18080:8080"],
                    "depends_on": {"db": {"condition": "service_healthy"}}}}})";
        std::ofstream(folder_ / "broker.json")
            << R"({"stack": "stack.json", "project": "lab", "ready": {"web": {"log": "listening"}},
                   "x-fairlead": {"runtime": "fake", "options": {"fake": {"clock": "virtual", "services": )"
            << services << "}}}}";
        auto config = broker::read_broker_config(folder_ / "broker.json");
        REQUIRE_MESSAGE(config, to_string(config.error()));
        runtime_ = fairlead::load_runtime(config->runtime).value();
        broker_ = std::make_unique<broker::Broker>(
            std::move(*config), runtime_, [this](const std::string& line) { printed.add(line); });
    }
    Bench(const Bench&) = delete;
    Bench& operator=(const Bench&) = delete;
    ~Bench() { std::filesystem::remove_all(folder_); }

    /// The broker at work, in a thread of its own, as `main` has it.
    std::future<fairlead::Result<void>> run() {
        return std::async(std::launch::async, [this] { return broker_->run(stop.get_token()); });
    }

    [[nodiscard]] fairlead::testing::FakeControl& fake() const {
        return *fairlead::testing::fake_control(*runtime_);
    }
    [[nodiscard]] bool nothing_left() const { return runtime_->list_all()->empty(); }

    /// The name of a service's container, once the environment is up.
    [[nodiscard]] std::string container(const std::string& service) {
        return printed.await("up ").substr(3) + "." + service;
    }

    Printed printed;
    std::stop_source stop;

private:
    std::filesystem::path folder_;
    std::shared_ptr<fairlead::ContainerRuntime> runtime_;
    std::unique_ptr<broker::Broker> broker_;
};

constexpr const char* web_is_ready = R"({"web": {"logs": ["listening"]}})";

} // namespace

TEST_CASE("an environment comes up, is announced, and is gone after a request to stop") {
    Bench bench(
        R"({"db": {"health_after": "2m"}, "web": {"logs": [{"after": "1m", "text": "listening"}]}})");
    auto done = bench.run();
    CHECK(bench.printed.await("up ").starts_with("up lab-"));
    CHECK(bench.printed.await("endpoint web") == "endpoint web 127.0.0.1:18080->8080/tcp");
    bench.stop.request_stop();
    const auto result = done.get();
    CHECK_MESSAGE(result, to_string(result.error()));
    CHECK(bench.printed.await("down ").starts_with("down lab-"));
    CHECK(bench.nothing_left());
}

TEST_CASE("a service that never becomes healthy is the error, and nothing is left") {
    Bench bench(R"({"db": {"never_healthy": true, "probe_output": "no such table"}})");
    const auto result = bench.run().get();
    REQUIRE_FALSE(result);
    CHECK(result.error().code == Errc::timeout);
    CHECK(result.error().subject == "db");
    CHECK(to_string(result.error()).find("no such table") != std::string::npos);
    CHECK(bench.nothing_left());
}

TEST_CASE("a service that exits before it is ready is the error, with its last words") {
    Bench bench(R"({"web": {"exit_after": "1s", "exit_code": 3, "logs": ["no licence"]}})");
    const auto result = bench.run().get();
    REQUIRE_FALSE(result);
    CHECK(result.error().code == Errc::exited);
    CHECK(to_string(result.error()).find("no licence") != std::string::npos);
    CHECK(bench.nothing_left());
}

TEST_CASE("a start that fails is the error, and what had started is gone") {
    Bench bench(
        R"({"web": {"fail": {"operation": "start", "code": "image_unavailable", "message": "no such tag"}}})");
    const auto result = bench.run().get();
    REQUIRE_FALSE(result);
    CHECK(result.error().code == Errc::image_unavailable);
    CHECK(result.error().subject == "web");
    CHECK(bench.nothing_left());
}

TEST_CASE("a service that exits while the environment is lent out is reported, and fails the run") {
    Bench bench(web_is_ready);
    auto done = bench.run();
    REQUIRE(bench.fake().exit_container(bench.container("web"), 7));
    CHECK(bench.printed.await("web failed") == "web failed: exited with code 7");
    bench.stop.request_stop();
    const auto result = done.get();
    REQUIRE_FALSE(result);
    CHECK(result.error().code == Errc::exited);
    CHECK(result.error().subject == "web");
    CHECK(bench.nothing_left());
}

TEST_CASE("the loss of the engine and its return are reported, and the environment lives on") {
    Bench bench(web_is_ready);
    auto done = bench.run();
    bench.printed.await("up ");
    bench.fake().engine_lost();
    bench.printed.await("engine: the engine is lost");
    bench.fake().engine_back();
    bench.printed.await("engine: the engine is back");
    bench.stop.request_stop();
    CHECK(done.get());
    CHECK(bench.nothing_left());
}

TEST_CASE("a request to stop during the start undoes it, and is no error") {
    Bench bench(web_is_ready);
    bench.fake().block(FakeOperation::start, "web");
    auto done = bench.run();
    REQUIRE(bench.fake().await_blocked(FakeOperation::start, "web"));
    bench.stop.request_stop();
    CHECK(done.get());
    CHECK(bench.nothing_left());
}

TEST_CASE("an environment that cannot be taken down fails the run, and is named") {
    Bench bench(web_is_ready);
    auto done = bench.run();
    const std::string web = bench.container("web");
    bench.fake().fail_next(FakeOperation::remove, Errc::engine_failed, "disk full");
    bench.stop.request_stop();
    const auto result = done.get();
    REQUIRE_FALSE(result);
    CHECK(result.error().subject == web);
    CHECK(result.error().message == "disk full");
}

TEST_CASE("a mistake in the configuration file is told") {
    CHECK(broker::read_broker_config("/nowhere/broker.json").error().code == Errc::invalid_file);
}
