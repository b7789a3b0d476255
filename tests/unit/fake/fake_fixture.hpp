// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include <fairlead/runtime.hpp>
#include <fairlead/testing/fake_control.hpp>

namespace fairlead::tests {

using namespace std::chrono_literals;
using testing::FakeOperation;

/// A fake from the plugin, its control, and short words for what nearly every test does.
class Fake {
public:
    /// Fails the test when the options are refused.
    explicit Fake(std::string_view options = R"({"clock": "virtual"})");

    ContainerRuntime& runtime() { return *runtime_; }
    std::shared_ptr<ContainerRuntime> shared() { return runtime_; }
    testing::FakeControl& control() { return *control_; }

    /// Starts it and fails the test if that fails.
    ContainerId start(const ContainerSpec& spec);
    ContainerStatus inspect(const ContainerId& id);
    ContainerState state(const ContainerId& id) { return inspect(id).state; }
    /// Virtual time since the beginning.
    std::chrono::nanoseconds elapsed();

private:
    std::shared_ptr<ContainerRuntime> runtime_;
    testing::FakeControl* control_;
};

[[nodiscard]] ContainerSpec spec_of(std::string service, std::string project = "shop");
[[nodiscard]] ContainerSpec checked_spec(std::string service);

/// Everything that can be read, up to the end.
[[nodiscard]] std::string read_all(LogStream& stream);

} // namespace fairlead::tests
