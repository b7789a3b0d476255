// SPDX-License-Identifier: MIT
#include <atomic>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include <fairlead/labels.hpp>
#include <fairlead/sweep.hpp>
#include <fairlead/take_down.hpp>

#include "owner.hpp"

namespace fairlead {
namespace {

/// What every unique project of this base and owner begins with; a number follows.
std::string common_part(std::string_view base, const Owner& owner) {
    return fmt::format("{}-{}-{}-", base, owner.pid, owner.start_time);
}

bool is_unique_project(std::string_view project, std::string_view base, const Owner& owner) {
    const std::string common = common_part(base, owner);
    return project.starts_with(common) && project.size() > common.size() &&
           project.find_first_not_of("0123456789", common.size()) == std::string_view::npos;
}

bool is_left_over(const ContainerStatus& container, std::string_view base, const SweepOptions& options) {
    const auto label = container.labels.find(std::string(labels::owner));
    const auto owner =
        label == container.labels.end() ? std::optional<Owner>{} : read_owner(label->second);
    if (!owner || !is_unique_project(container.project, base, *owner)) {
        return false;
    }
    const OwnerLife life = life_of(*owner);
    return life == OwnerLife::dead || (life == OwnerLife::unknown && options.unknown_owners);
}

} // namespace

std::string unique_project(std::string_view base) {
    static std::atomic<unsigned> count{0};
    return fmt::format("{}{}", common_part(base, this_owner()), ++count);
}

Result<std::vector<std::string>> sweep(ContainerRuntime& runtime, std::string_view base,
                                       const SweepOptions& options, std::stop_token stop) {
    const auto containers = runtime.list_all(stop);
    if (!containers) {
        return std::unexpected(containers.error());
    }
    std::map<std::string, bool> all_left_over;
    for (const ContainerStatus& container : *containers) {
        const auto project = all_left_over.try_emplace(container.project, true).first;
        project->second = project->second && is_left_over(container, base, options);
    }
    std::vector<std::string> removed;
    std::optional<Error> failure;
    for (const auto& [project, left_over] : all_left_over) {
        if (!left_over) {
            continue;
        }
        auto down = take_down(
            runtime, project,
            {.grace = std::chrono::milliseconds::zero(), .volumes = true, .observer = {}}, stop);
        if (down) {
            removed.push_back(project);
        } else if (!failure) {
            failure = std::move(down.error());
        } else {
            failure->cleanup_failures.push_back(std::move(down.error()));
        }
    }
    if (failure) {
        return fail(std::move(*failure));
    }
    return removed;
}

} // namespace fairlead
