// SPDX-License-Identifier: MIT
#include <csignal>
#include <map>
#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "../support/docker_stand.hpp"

using namespace fairlead::test;
using Names = std::vector<std::string>;

namespace {

/// db <- api <- web; `changes` are members of db's environment.
std::string services(std::string_view changes = "", std::string_view more = "") {
    return fmt::format(R"({{
      "db": {{"image": "${{IMAGE}}", "pull_policy": "never", "stop_signal": "SIGKILL",
              "command": ["sleep", "3600"], "environment": {{{}}}, "healthcheck": {{"test": ["CMD", "true"]}}}},
      "api": {{"image": "${{IMAGE}}", "pull_policy": "never", "stop_signal": "SIGKILL",
               "command": ["sleep", "3600"], "depends_on": {{"db": {{"condition": "service_healthy", "restart": true}}}}}},
      "web": {{"image": "${{IMAGE}}", "pull_policy": "never", "stop_signal": "SIGKILL",
               "command": ["sleep", "3600"], "depends_on": ["api"]}}{}
    }})",
                       changes, more);
}

struct ConvergenceStand : DockerStand {
    ConvergenceStand() {
        stack(services());
        REQUIRE(run({"up", "-d"}).code == 0);
        ids_ = ids();
    }

    [[nodiscard]] std::map<std::string, std::string> ids() const {
        std::map<std::string, std::string> result;
        for (const std::string& name : engine.containers(project())) {
            result[name] = engine.get(fmt::format("/containers/{}/json", name)).at("Id");
        }
        return result;
    }

    /// Runs the command and tells which services then have another container than before.
    [[nodiscard]] Names replaced_by(const Names& arguments) {
        const Outcome outcome = run(arguments);
        CHECK_MESSAGE(outcome.code == 0, outcome.err);
        Names result;
        for (const auto& [name, id] : ids()) {
            if (ids_[name] != id) {
                result.push_back(name.substr(project().size() + 1));
            }
        }
        ids_ = ids();
        return result;
    }

private:
    std::map<std::string, std::string> ids_;
};

} // namespace

TEST_CASE_FIXTURE(ConvergenceStand, "up again leaves an unchanged stack alone") {
    CHECK(replaced_by({"up", "-d"}).empty());
}

TEST_CASE_FIXTURE(ConvergenceStand,
                  "up replaces what has changed and what depends on it, unless told otherwise") {
    stack(services(R"("A": "1")"));
    CHECK(replaced_by({"up", "-d", "--no-recreate"}).empty());
    CHECK(replaced_by({"up", "-d"}) == Names{"api", "db", "web"});
    CHECK(replaced_by({"up", "-d"}).empty());
    CHECK(replaced_by({"up", "-d", "--force-recreate"}) == Names{"api", "db", "web"});
}

TEST_CASE_FIXTURE(ConvergenceStand, "restart replaces a service and what shall be restarted with it") {
    CHECK(replaced_by({"restart", "db"}) == Names{"api", "db"});
    const Outcome unknown = run({"restart", "bd"});
    CHECK(unknown.code == 1);
    CHECK_MESSAGE(unknown.err.find("Did you mean \"db\"?") != std::string::npos, unknown.err);
}

TEST_CASE_FIXTURE(ConvergenceStand, "services that left the file are told of, and removed on request") {
    stack(R"({"db": {"image": "${IMAGE}", "pull_policy": "never", "stop_signal": "SIGKILL",
              "command": ["sleep", "3600"], "environment": {}, "healthcheck": {"test": ["CMD", "true"]}}})");
    const Outcome told = run({"up", "-d"});
    CHECK_MESSAGE(told.err.find(container("web")) != std::string::npos, told.err);
    CHECK(engine.containers(project()).size() == 3);
    CHECK(replaced_by({"up", "-d", "--remove-orphans"}).empty());
    CHECK(engine.containers(project()) == Names{container("db")});
}

TEST_CASE_FIXTURE(DockerStand,
                  "two ups at once: one waits for the other, which it names, and finds its work done") {
    stack(services());
    Process first(command({"up", "-d"}));
    first.await_err("db   starting");
    const Outcome second = run({"up", "-d"});
    CHECK_MESSAGE(second.code == 0, second.err);
    CHECK_MESSAGE(second.err.find("(fairlead) is changing project " + project()) != std::string::npos,
                  second.err);
    CHECK_MESSAGE(second.err.find("db   healthy") != std::string::npos, second.err);
    CHECK_MESSAGE(second.err.find("starting") == std::string::npos, second.err);
    CHECK(first.wait().code == 0);
    CHECK(engine.containers(project()).size() == 3);
}

TEST_CASE_FIXTURE(DockerStand, "a down waits for an up that is killed, and then leaves nothing") {
    stack(R"({"one": {"image": "${IMAGE}", "pull_policy": "never", "stop_signal": "SIGKILL",
              "command": ["sleep", "3600"], "healthcheck": {"test": ["CMD", "false"]}}})");
    Process up(command({"up", "-d"}));
    up.await_err("one  started");
    Process down(command({"down"}));
    down.await_err("is changing project");
    up.signal(SIGKILL);
    const Outcome outcome = down.wait();
    CHECK_MESSAGE(outcome.code == 0, outcome.err);
    CHECK(is_gone());
    up.wait();
}
