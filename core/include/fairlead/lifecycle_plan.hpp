// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include <fairlead/error.hpp>
#include <fairlead/export.hpp>
#include <fairlead/stack.hpp>

namespace fairlead {

/// Services and their order: a validated graph without cycles. Pure data; it knows no engine.
///
/// Services are referred to by their index in `services()`. Threads: immutable, so any number.
class FAIRLEAD_API LifecyclePlan {
public:
    /// An edge of the graph, as its condition is needed at one end.
    struct Edge {
        std::size_t service;
        DependencyCondition condition;
        bool required;
        bool restart;
    };

    /// Checks the graph and orders it. A dependency that is not among `services` is an error if it is
    /// required, and is dropped otherwise.
    ///
    /// Errors: `invalid_spec`: two services of one name, of one container name, or publishing one host
    /// port; a dependency that is missing; a cycle, with its path (`a -> b -> a`).
    [[nodiscard]] static Result<LifecyclePlan> create(std::vector<Service> services);

    [[nodiscard]] const std::vector<Service>& services() const noexcept { return services_; }

    /// Dependencies before dependents; where the graph leaves a choice, the order of `services`.
    [[nodiscard]] const std::vector<std::size_t>& order() const noexcept { return order_; }

    /// What this service waits for.
    [[nodiscard]] const std::vector<Edge>& dependencies(std::size_t service) const {
        return dependencies_.at(service);
    }

    /// Who waits for this service.
    [[nodiscard]] const std::vector<Edge>& dependents(std::size_t service) const {
        return dependents_.at(service);
    }

private:
    LifecyclePlan() = default;
    static Result<LifecyclePlan> order(LifecyclePlan plan);

    std::vector<Service> services_;
    std::vector<std::size_t> order_;
    std::vector<std::vector<Edge>> dependencies_;
    std::vector<std::vector<Edge>> dependents_;
};

} // namespace fairlead
