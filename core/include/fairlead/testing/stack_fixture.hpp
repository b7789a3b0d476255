// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <fairlead/error.hpp>
#include <fairlead/running_stack.hpp>
#include <fairlead/runtime_config.hpp>
#include <fairlead/stack_file.hpp>
#include <fairlead/testing/fake_control.hpp>

namespace fairlead::testing {

/// The value, or an exception that says the whole error, which is what test frameworks print.
template <class T>
T value_or_throw(Result<T> result) {
    if (!result) {
        throw std::runtime_error(to_string(result.error()));
    }
    if constexpr (!std::is_void_v<T>) {
        return std::move(*result);
    }
}

struct StackFixtureOptions {
    /// Overrides the engine that the stack file names.
    std::optional<RuntimeConfig> runtime{};
    /// Called before the stack comes up, with the fake's control; the engine must be the fake then.
    std::function<void(FakeControl&)> script{};
    RunningStackOptions stack{};
};

/// A stack for one test: up in the constructor, down in the destructor. It belongs to no test framework:
/// in doctest it is a fixture or a local object, in GoogleTest a base or a member of the fixture class.
/// What fails is thrown with the whole error as its text; what fails in the destructor goes to standard
/// error unless `on_down_failure` is set.
///
///     TEST_CASE("the shop answers") {
///         fairlead::testing::StackFixture shop("shop.json");
///         connect_to(shop.endpoint("web", 80));
///     }
///
/// Neither the environment nor the user's configuration counts here: a test means the engine it names.
class StackFixture {
public:
    explicit StackFixture(const std::filesystem::path& file, StackFixtureOptions options = {})
        : stack_(bring_up(file, std::move(options))) {}

    void down() { value_or_throw(stack_.down()); }

    [[nodiscard]] Endpoint endpoint(std::string_view service, std::uint16_t container_port) const {
        return value_or_throw(stack_.endpoint(service, container_port));
    }

    [[nodiscard]] RunningStack& stack() noexcept { return stack_; }
    [[nodiscard]] LifecycleManager& manager() const noexcept { return stack_.manager(); }
    [[nodiscard]] ContainerRuntime& runtime() const noexcept { return *stack_.runtime(); }
    [[nodiscard]] FakeControl& fake() const { return control_of(runtime()); }

private:
    static RunningStack bring_up(const std::filesystem::path& file, StackFixtureOptions options) {
        const StackFile read =
            value_or_throw(read_stack_file(file, {.project = options.stack.project, .environment = {}}));
        auto runtime = value_or_throw(load_runtime(options.runtime.value_or(read.stack.runtime)));
        if (options.script) {
            options.script(control_of(*runtime));
        }
        if (!options.stack.on_down_failure) {
            options.stack.on_down_failure = [](const Error& error) {
                std::fputs((to_string(error) + "\n").c_str(), stderr);
            };
        }
        return value_or_throw(RunningStack::up(read.stack, std::move(runtime), std::move(options.stack)));
    }

    static FakeControl& control_of(ContainerRuntime& runtime) {
        FakeControl* const control = fake_control(runtime);
        if (control == nullptr) {
            throw std::logic_error("the stack does not run on the fake");
        }
        return *control;
    }

    RunningStack stack_;
};

} // namespace fairlead::testing
