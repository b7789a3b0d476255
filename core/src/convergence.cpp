// SPDX-License-Identifier: MIT
#include "convergence.hpp"

#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <fairlead/labels.hpp>

namespace fairlead {
namespace {

/// Whether its process has been started and has not ended. A container that was only created, by a
/// start that was killed, counts as `starting` like one that is not healthy yet.
bool runs(const ContainerStatus& container) {
    return container.state != ContainerState::stopped && container.started_at;
}

bool unchanged(const ContainerSpec& spec, const ContainerStatus& container) {
    const auto hash = container.labels.find(std::string(labels::config_hash));
    return container.name == container_name(spec) && hash != container.labels.end() &&
           hash->second == config_hash(spec) && spec.pull_policy != PullPolicy::always &&
           spec.pull_policy != PullPolicy::build;
}

} // namespace

Convergence converge(const LifecyclePlan& plan, std::vector<ContainerStatus> containers,
                     Recreate recreate) {
    Convergence result{.steps = std::vector<ServiceStep>(plan.services().size()), .strangers = {}};
    std::unordered_map<std::string_view, std::size_t> index;
    for (std::size_t i = 0; i < plan.services().size(); ++i) {
        index.emplace(plan.services()[i].container.service, i);
    }
    for (ContainerStatus& container : containers) {
        const auto found = index.find(container.service);
        auto& home = found == index.end() ? result.strangers : result.steps[found->second].existing;
        home.push_back(std::move(container));
    }
    // Dependencies come first, so what is replaced is known before those that depend on it.
    std::vector<bool> drawn_in(plan.services().size(), false);
    for (const std::size_t service : plan.order()) {
        ServiceStep& step = result.steps[service];
        const ContainerSpec& spec = plan.services()[service].container;
        const bool there = !step.existing.empty();
        const bool change = recreate == Recreate::always ||
                            (recreate == Recreate::when_changed &&
                             (drawn_in[service] || (there && !unchanged(spec, step.existing.front()))));
        if (there) {
            const bool alive = step.existing.size() == 1 && runs(step.existing.front());
            step.kind = alive && !change ? ServiceStep::Kind::keep : ServiceStep::Kind::replace;
        }
        if (change) {
            for (const LifecyclePlan::Edge& edge : plan.dependents(service)) {
                drawn_in[edge.service] = true;
            }
        }
    }
    return result;
}

} // namespace fairlead
