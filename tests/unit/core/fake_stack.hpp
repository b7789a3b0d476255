// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <fairlead/lifecycle_manager.hpp>
#include <fairlead/runtime_config.hpp>
#include <fairlead/testing/fake_control.hpp>

namespace fairlead::test {

inline Service service(std::string name, std::vector<Dependency> depends_on = {}) {
    Service result;
    result.container.project = "demo";
    result.container.service = std::move(name);
    result.container.image = "busybox";
    result.depends_on = std::move(depends_on);
    return result;
}

inline Service checked(std::string name, std::vector<Dependency> depends_on = {}) {
    Service result = service(std::move(name), std::move(depends_on));
    result.container.healthcheck = HealthCheck{.test = {"CMD", "true"}};
    return result;
}

inline Dependency healthy(std::string name) {
    return {.service = std::move(name), .condition = DependencyCondition::service_healthy};
}

inline Dependency completed(std::string name) {
    return {.service = std::move(name), .condition = DependencyCondition::service_completed_successfully};
}

/// The in-memory engine, loaded as any host loads it, in virtual time.
struct FakeEngine {
    explicit FakeEngine(const std::string& services = "{}")
        : runtime(load_runtime(
                      {.runtime = "fake",
                       .plugin_path = {},
                       .options = {{"fake", R"({"clock": "virtual", "services": )" + services + "}"}}})
                      .value()),
          control(testing::fake_control(*runtime)) {
        REQUIRE(control != nullptr);
    }

    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> result;
        const auto containers = runtime->list("demo");
        REQUIRE(containers);
        for (const ContainerStatus& container : *containers) {
            result.push_back(container.name);
        }
        return result;
    }

    std::shared_ptr<ContainerRuntime> runtime;
    testing::FakeControl* control;
};

inline LifecycleManager manager_of(const FakeEngine& engine, std::vector<Service> services,
                                   LifecycleOptions options = {}) {
    return {engine.runtime, "demo", LifecyclePlan::create(std::move(services)).value(),
            std::move(options)};
}

inline ServiceView view(const LifecycleManager& manager, std::string_view service) {
    for (ServiceView& view : manager.snapshot()) {
        if (view.service == service) {
            return view;
        }
    }
    FAIL("no such service");
    return {};
}

/// All events so far as `service state`, in order.
inline std::vector<std::string> history(const LifecycleManager& manager) {
    std::stop_source now;
    now.request_stop();
    std::vector<std::string> result;
    auto events = manager.subscribe();
    while (const auto item = events.next(now.get_token())) {
        result.push_back(item->event.service + " " + std::string(to_string(item->event.state)));
    }
    return result;
}

/// All messages so far, a line each.
inline std::string messages(const LifecycleManager& manager) {
    std::stop_source now;
    now.request_stop();
    std::string result;
    auto events = manager.subscribe();
    while (const auto item = events.next(now.get_token())) {
        result += item->event.message + "\n";
    }
    return result;
}

/// Whether `first` happened, and before `second`.
inline bool before(const std::vector<std::string>& events, const std::string& first,
                   const std::string& second) {
    const auto one = std::ranges::find(events, first);
    const auto two = std::ranges::find(events, second);
    return one != events.end() && two != events.end() && one < two;
}

} // namespace fairlead::test
