// SPDX-License-Identifier: MIT
#include <filesystem>
#include <fstream>
#include <iterator>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "../support/podman_stand.hpp"
#include "../support/process.hpp"

using namespace fairlead::test;

namespace {

/// Stands in for podman, conmon and runc: writes down the arguments of every process of the machine, its
/// own among them, and then is what it stands for. So no process is too short-lived to be seen.
class Recorder {
public:
    explicit Recorder(const TempFolder& folder) : folder_(folder), record_(folder.path() / "record") {
        const std::string configuration = read(required("CONTAINERS_CONF"));
        const auto engine = configuration.find("[engine]\n");
        REQUIRE(engine != std::string::npos);
        REQUIRE(configuration.find("runtime = \"runc\"") != std::string::npos);
        std::string own = configuration;
        own.insert(engine + std::string_view("[engine]\n").size(),
                   fmt::format("conmon_path = [\"{}\"]\n", stand_in("conmon", "/usr/bin/conmon")));
        own += fmt::format("\n[engine.runtimes]\nrunc = [\"{}\"]\n", stand_in("runc", "/usr/sbin/runc"));
        configuration_ = folder.write("containers.conf", own);
        podman_ = stand_in("podman", "/usr/bin/podman");
    }

    [[nodiscard]] const std::filesystem::path& podman() const { return podman_; }
    [[nodiscard]] const std::filesystem::path& configuration() const { return configuration_; }
    [[nodiscard]] std::string record() const { return read(record_); }

private:
    static std::string required(const char* name) {
        const char* value = std::getenv(name);
        REQUIRE(value != nullptr);
        return value;
    }

    static std::string read(const std::filesystem::path& path) {
        std::ifstream file(path);
        return {std::istreambuf_iterator<char>(file), {}};
    }

    std::string stand_in(std::string_view name, std::string_view program) const {
        REQUIRE(std::filesystem::exists(program));
        const auto path = folder_.write(name, fmt::format("#!/bin/sh\n"
                                                          "cat /proc/[0-9]*/cmdline 2>/dev/null | "
                                                          "tr '\\0' '\\n' >>{}\n"
                                                          "exec {} \"$@\"\n",
                                                          record_.string(), program));
        std::filesystem::permissions(path, std::filesystem::perms{0755});
        return path.string();
    }

    const TempFolder& folder_;
    const std::filesystem::path record_;
    std::filesystem::path configuration_;
    std::filesystem::path podman_;
};

} // namespace

TEST_CASE_FIXTURE(PodmanStand, "no secret and no value of the environment is in any process's arguments, "
                               "from up to down") {
    const Recorder recorder(folder());
    options("podman", engine.options(recorder.podman()));
    environment["CONTAINERS_CONF"] = recorder.configuration().string();
    environment["SECRET_OF_HOST"] = "recognised-host";
    stack(R"({"one": {
      "image": "${IMAGE}", "pull_policy": "never", "stop_signal": "SIGKILL",
      "command": ["sh", "-c", "cat /run/secrets/token; echo; echo \"$$PASSWORD $$PRIVATE_KEY\"; sleep 3600"],
      "environment": {
        "PASSWORD": "recognised-plain", "PRIVATE_KEY": "begin\nrecognised-lines\nend",
        "FROM_HOST": "${SECRET_OF_HOST}"
      },
      "secrets": ["token"],
      "healthcheck": {"test": ["CMD", "true"], "interval": "30s"}
    }})",
          R"(, "secrets": {"token": {"environment": "SECRET_OF_HOST"}})");
    const Outcome up = run({"up", "-d"});
    REQUIRE_MESSAGE(up.code == 0, up.err);
    CHECK(run({"ps"}).code == 0);
    // The container has them all.
    CHECK(run({"logs", "--no-prefix"}).out ==
          "recognised-host\nrecognised-plain begin\nrecognised-lines\nend\n");
    const Outcome down = run({"down"});
    CHECK_MESSAGE(down.code == 0, down.err);
    const std::string record = recorder.record();
    for (const char* seen : {"\ncreate\n", "\ncp\n", "\nstart\n", "\ninspect\n", "\nexec\n", "\nrm\n",
                             "/conmon\n", "/runc\n"}) {
        CHECK_MESSAGE(record.find(seen) != std::string::npos, "never recorded: ", seen);
    }
    const auto leaked = record.find("recognised");
    CHECK_MESSAGE(leaked == std::string::npos,
                  record.substr(leaked == std::string::npos ? record.size() : leaked, 200));
}
