// SPDX-License-Identifier: MIT
#include <algorithm>
#include <functional>
#include <map>
#include <queue>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include <fairlead/lifecycle_plan.hpp>

namespace fairlead {
namespace {

Error invalid(std::string subject, std::string message, std::string hint) {
    return {.code = Errc::invalid_spec,
            .operation = "plan",
            .subject = std::move(subject),
            .message = std::move(message),
            .hint = std::move(hint)};
}

Result<void> check_container_names(const std::vector<Service>& services) {
    std::map<std::string, std::string> taken;
    for (const Service& service : services) {
        const auto [other, fresh] =
            taken.emplace(container_name(service.container), service.container.service);
        if (!fresh) {
            return fail(invalid(service.container.service,
                                fmt::format("its container would be named '{}', like that of '{}'",
                                            other->first, other->second),
                                "Give one of them another container_name."));
        }
    }
    return {};
}

/// Two services cannot publish one host port; a wildcard address overlaps every address of its family.
Result<void> check_ports(const std::vector<Service>& services) {
    std::map<std::tuple<std::uint16_t, Protocol>, std::vector<std::pair<std::string, std::string>>> taken;
    for (const Service& service : services) {
        for (const PortMapping& port : service.container.ports) {
            if (port.host_port == 0) {
                continue;
            }
            auto& users = taken[{port.host_port, port.protocol}];
            for (const auto& [address, user] : users) {
                const bool overlap = address == port.host_ip || address == "0.0.0.0" || address == "::" ||
                                     port.host_ip == "0.0.0.0" || port.host_ip == "::";
                if (overlap) {
                    return fail(
                        invalid(service.container.service,
                                fmt::format("it publishes host port {}/{}, as '{}' does", port.host_port,
                                            to_string(port.protocol), user),
                                "Give one of them another port, or none: the engine then picks one."));
                }
            }
            users.emplace_back(port.host_ip, service.container.service);
        }
    }
    return {};
}

std::string cycle_path(const std::vector<Service>& services,
                       const std::vector<std::vector<LifecyclePlan::Edge>>& dependencies,
                       const std::vector<std::size_t>& open) {
    // Every service left over has a dependency that is left over too: walking along them must meet
    // itself.
    std::vector<std::size_t> position(services.size(), services.size());
    std::vector<std::size_t> path;
    for (std::size_t at = open.front();;) {
        if (position[at] != services.size()) {
            path.erase(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(position[at]));
            path.push_back(at);
            break;
        }
        position[at] = path.size();
        path.push_back(at);
        for (const LifecyclePlan::Edge& edge : dependencies[at]) {
            if (std::ranges::binary_search(open, edge.service)) {
                at = edge.service;
                break;
            }
        }
    }
    std::string text;
    for (const std::size_t service : path) {
        text += (text.empty() ? "" : " -> ") + services[service].container.service;
    }
    return text;
}

} // namespace

Result<LifecyclePlan> LifecyclePlan::create(std::vector<Service> services) {
    LifecyclePlan plan;
    plan.services_ = std::move(services);
    const std::size_t count = plan.services_.size();
    plan.dependencies_.resize(count);
    plan.dependents_.resize(count);
    std::unordered_map<std::string_view, std::size_t> index;
    for (std::size_t i = 0; i < count; ++i) {
        if (!index.emplace(plan.services_[i].container.service, i).second) {
            return fail(invalid(plan.services_[i].container.service, "two services have this name",
                                "Rename one of them."));
        }
    }
    for (const auto check : {check_container_names, check_ports}) {
        if (auto valid = check(plan.services_); !valid) {
            return std::unexpected(std::move(valid.error()));
        }
    }
    for (std::size_t i = 0; i < count; ++i) {
        for (const Dependency& dependency : plan.services_[i].depends_on) {
            const auto found = index.find(dependency.service);
            if (found != index.end()) {
                plan.dependencies_[i].push_back(
                    {found->second, dependency.condition, dependency.required, dependency.restart});
                plan.dependents_[found->second].push_back(
                    {i, dependency.condition, dependency.required, dependency.restart});
            } else if (dependency.required) {
                return fail(
                    invalid(plan.services_[i].container.service,
                            fmt::format("it depends on '{}', which is not there", dependency.service),
                            "Add that service, or mark the dependency with \"required\": false."));
            }
        }
    }
    return order(std::move(plan));
}

Result<LifecyclePlan> LifecyclePlan::order(LifecyclePlan plan) {
    const std::size_t count = plan.services_.size();
    std::vector<std::size_t> open_dependencies(count);
    std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
    for (std::size_t i = 0; i < count; ++i) {
        open_dependencies[i] = plan.dependencies_[i].size();
        if (open_dependencies[i] == 0) {
            ready.push(i);
        }
    }
    while (!ready.empty()) {
        const std::size_t next = ready.top();
        ready.pop();
        plan.order_.push_back(next);
        for (const Edge& edge : plan.dependents_[next]) {
            if (--open_dependencies[edge.service] == 0) {
                ready.push(edge.service);
            }
        }
    }
    if (plan.order_.size() == count) {
        return plan;
    }
    std::vector<std::size_t> left;
    for (std::size_t i = 0; i < count; ++i) {
        if (open_dependencies[i] > 0) {
            left.push_back(i);
        }
    }
    const std::string path = cycle_path(plan.services_, plan.dependencies_, left);
    return fail(invalid(path, "these services wait for each other", "Remove one of the dependencies."));
}

} // namespace fairlead
