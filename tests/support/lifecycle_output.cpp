// SPDX-License-Identifier: MIT
#include "lifecycle_output.hpp"

#include <functional>
#include <map>
#include <utility>

#include <nlohmann/json.hpp>

namespace fairlead::test {
namespace {

using nlohmann::json;

void for_each_object(std::string_view output, const std::function<void(const json&)>& use) {
    while (!output.empty()) {
        const auto end = output.find('\n');
        use(json::parse(output.substr(0, end)));
        output.remove_prefix(end == std::string_view::npos ? output.size() : end + 1);
    }
}

} // namespace

std::vector<std::string> states_in(std::string_view output) {
    std::vector<std::string> states;
    std::map<std::string, std::string> last;
    for_each_object(output, [&](const json& object) {
        if (!object.contains("state") || !object.at("service").is_string()) {
            return;
        }
        const std::string service = object.at("service");
        const std::string state = object.at("state");
        if (std::exchange(last[service], state) != state) {
            states.push_back(service + " " + state);
        }
    });
    return states;
}

std::vector<std::string> lines_in(std::string_view output, std::string_view service,
                                  std::string_view stream) {
    std::vector<std::string> lines;
    for_each_object(output, [&](const json& object) {
        if (object.contains("line") && object.at("service") == service && object.at("stream") == stream) {
            lines.push_back(object.at("line"));
        }
    });
    return lines;
}

} // namespace fairlead::test
