// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <fairlead/lifecycle_manager.hpp>
#include <fairlead/stack.hpp>
#include <fairlead/testing/fake_script.hpp>

namespace fairlead::model {

/// What comes in between while an operation goes on.
enum class Interference { none, cancel, lose_engine };

/// One thing that is done to the project.
struct Step {
    enum class Kind {
        /// A new manager, as of a new process, starts everything.
        up,
        /// The last manager, or a new one, stops everything.
        down,
        restart,
        /// Somebody else does it, while the last manager supervises or not.
        exit_container,
        remove_container,
    };
    Kind kind = Kind::up;
    /// Index of a service, where the step is about one.
    std::size_t service = 0;
    int exit_code = 0;
    /// For `up`: whose configuration differs from the beginning's.
    std::vector<bool> changed{};
    Recreate recreate = Recreate::when_changed;
    std::size_t parallel_starts = 1;
    Interference interference = Interference::none;
    /// After how many of the manager's events it comes.
    std::size_t after_events = 0;
    bool supervised = false;
};

struct ModelService {
    Service declared;
    testing::FakeServiceScript script;
};

/// All that a seed means: a stack, how its containers behave, and what is done to it.
struct Scenario {
    std::uint64_t seed = 0;
    std::vector<ModelService> services;
    std::vector<Step> steps;
    /// Nothing was scripted that could make an undisturbed `up` fail.
    bool faultless = true;
};

[[nodiscard]] Scenario scenario_of(std::uint64_t seed);

/// For the person who has to find out what went wrong.
[[nodiscard]] std::string to_string(const Scenario& scenario);

} // namespace fairlead::model
