// SPDX-License-Identifier: MIT
#include "layered_stack.hpp"

#include <string>
#include <utility>

#include <fmt/format.h>

namespace fairlead::bench {

std::vector<Service> layered_stack(std::string_view project, std::size_t count) {
    constexpr std::size_t width = 100;
    constexpr std::size_t fan_in = 3;
    const auto name = [](std::size_t i) { return fmt::format("service-{}", i); };
    std::vector<Service> services;
    services.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        Service service;
        service.container = {.project = std::string(project),
                             .service = name(i),
                             .image = "app",
                             .healthcheck = HealthCheck{.test = {"CMD", "true"}}};
        for (std::size_t k = 0; i >= width && k < fan_in; ++k) {
            const std::size_t layer_before = (i / width - 1) * width;
            service.depends_on.push_back({.service = name(layer_before + (i + k) % width),
                                          .condition = DependencyCondition::service_healthy});
        }
        services.push_back(std::move(service));
    }
    return services;
}

} // namespace fairlead::bench
