// SPDX-License-Identifier: MIT
#include "broker_config.hpp"

#include <chrono>
#include <cstdint>
#include <fstream>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include <fairlead/time.hpp>

namespace broker {
namespace {

using nlohmann::json;

/// `{"log": "ready", "port": 8080, "http": {"port": 8080, "path": "/"}, "timeout": "30s"}`; each is
/// optional.
fairlead::Wait read_wait(const json& object) {
    fairlead::Wait wait;
    for (const auto& [key, value] : object.items()) {
        if (key == "log") {
            wait.all_of.emplace_back(fairlead::LogLine{.pattern = value.get<std::string>()});
        } else if (key == "port") {
            wait.all_of.emplace_back(fairlead::PortOpen{value.get<std::uint16_t>()});
        } else if (key == "http") {
            wait.all_of.emplace_back(
                fairlead::HttpStatus{.container_port = value.at("port").get<std::uint16_t>(),
                                     .path = value.value("path", "/")});
        } else if (key == "timeout") {
            const auto timeout = fairlead::parse_duration(value.get<std::string>());
            if (!timeout) {
                throw std::invalid_argument(to_string(timeout.error()));
            }
            wait.timeout = std::chrono::ceil<std::chrono::milliseconds>(*timeout);
        } else {
            throw std::invalid_argument("unknown key \"" + key + "\" in \"ready\"");
        }
    }
    return wait;
}

} // namespace

fairlead::Result<BrokerConfig> read_broker_config(const std::filesystem::path& file) {
    auto runtime = fairlead::read_runtime_config(file);
    if (!runtime) {
        return std::unexpected(std::move(runtime.error()));
    }
    try {
        std::ifstream stream(file);
        const json root = json::parse(stream);
        BrokerConfig config{.stack = file.parent_path() / root.at("stack").get<std::string>(),
                            .project = root.value("project", "broker"),
                            .ready = {},
                            .runtime = std::move(*runtime)};
        const json ready = root.value("ready", json::object());
        for (const auto& [service, wait] : ready.items()) {
            config.ready.emplace(service, read_wait(wait));
        }
        return config;
    } catch (const std::exception& thrown) {
        return fairlead::fail({.code = fairlead::Errc::invalid_file,
                               .operation = "read",
                               .subject = file.string(),
                               .message = thrown.what()});
    }
}

} // namespace broker
