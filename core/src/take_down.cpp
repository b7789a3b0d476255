// SPDX-License-Identifier: MIT
#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include <fairlead/take_down.hpp>

#include "container_removal.hpp"
#include "project_lock.hpp"

namespace fairlead {
namespace {

/// Nothing, which is no error, where no other process can reach the containers.
Result<std::optional<ProjectLock>> lock_project(const ContainerRuntime& runtime, std::string_view project,
                                                const TakeDownOptions& options,
                                                const std::stop_token& stop) {
    if (!runtime.capabilities().survives_host) {
        return std::nullopt;
    }
    return ProjectLock::acquire(project, stop, [&options](const Error& busy) {
        if (options.observer) {
            options.observer({.phase = TakeDownProgress::Phase::waiting, .error = busy});
        }
    });
}

} // namespace

Result<void> take_down(ContainerRuntime& runtime, std::string_view project,
                       const TakeDownOptions& options, std::stop_token stop) {
    const auto lock = lock_project(runtime, project, options, stop);
    if (!lock) {
        return std::unexpected(lock.error());
    }
    const std::unordered_set<std::string_view> wanted(options.services.begin(), options.services.end());
    std::vector<Error> failures;
    std::size_t others = 0;
    for (std::optional<Error> in_use;;) {
        auto containers = runtime.list(project, stop);
        if (!containers) {
            return std::unexpected(std::move(containers.error()));
        }
        if (in_use && containers->empty()) {
            return fail(std::move(*in_use));
        }
        others = std::erase_if(*containers, [&wanted](const ContainerStatus& container) {
            return !wanted.empty() && !wanted.contains(container.service);
        });
        failures = remove_containers(runtime, *containers, options, stop);
        // A container that is left still uses its network and volumes; saying so again would only hide
        // it.
        if (!failures.empty() || others > 0) {
            break;
        }
        auto removed = runtime.remove_network(project, stop);
        if (removed) {
            break;
        }
        if (removed.error().code != Errc::conflict) {
            failures.push_back(std::move(removed.error()));
            break;
        }
        // The engine may have still been at work on a start whose host was killed when the list was made.
        in_use = std::move(removed.error());
    }
    if (failures.empty() && others == 0 && options.volumes) {
        if (auto removed = runtime.remove_volumes(project, stop); !removed) {
            failures.push_back(std::move(removed.error()));
        }
    }
    if (failures.empty()) {
        return {};
    }
    Error first = std::move(failures.front());
    failures.erase(failures.begin());
    std::ranges::move(failures, std::back_inserter(first.cleanup_failures));
    return fail(std::move(first));
}

} // namespace fairlead
