// SPDX-License-Identifier: MIT
#include "fake_fixture.hpp"

#include <doctest/doctest.h>

#include <fairlead/plugin_registry.hpp>

namespace fairlead::tests {

Fake::Fake(std::string_view options) {
    auto loaded = PluginRegistry::standard().load("fake", options);
    if (!loaded) {
        FAIL(to_string(loaded.error()));
    }
    runtime_ = std::move(*loaded);
    control_ = testing::fake_control(*runtime_);
    REQUIRE(control_ != nullptr);
}

ContainerId Fake::start(const ContainerSpec& spec) {
    auto id = runtime_->start(spec);
    if (!id) {
        FAIL(to_string(id.error()));
    }
    return *id;
}

ContainerStatus Fake::inspect(const ContainerId& id) {
    auto status = runtime_->inspect(id);
    if (!status) {
        FAIL(to_string(status.error()));
    }
    return *status;
}

std::chrono::nanoseconds Fake::elapsed() {
    constexpr Timestamp beginning = std::chrono::sys_days(std::chrono::year(2024) / 1 / 1);
    return control_->now() - beginning;
}

ContainerSpec spec_of(std::string service, std::string project) {
    return {.project = std::move(project), .service = std::move(service), .image = "app"};
}

ContainerSpec checked_spec(std::string service) {
    ContainerSpec spec = spec_of(std::move(service));
    spec.healthcheck = HealthCheck{.test = {"CMD", "true"}};
    return spec;
}

std::string read_all(LogStream& stream) {
    std::string text;
    for (;;) {
        auto chunk = stream.next();
        if (!chunk) {
            FAIL(to_string(chunk.error()));
        }
        if (!*chunk) {
            return text;
        }
        text += (*chunk)->bytes;
    }
}

} // namespace fairlead::tests
