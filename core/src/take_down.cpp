// SPDX-License-Identifier: MIT
#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include <fairlead/take_down.hpp>

#include "container_removal.hpp"

namespace fairlead {

Result<void> take_down(ContainerRuntime& runtime, std::string_view project,
                       const TakeDownOptions& options, std::stop_token stop) {
    const auto containers = runtime.list(project, stop);
    if (!containers) {
        return std::unexpected(containers.error());
    }
    std::vector<Error> failures = remove_containers(runtime, *containers, options, stop);
    // A container that is left still uses its network and volumes; saying so again would only hide it.
    if (failures.empty()) {
        if (auto removed = runtime.remove_network(project, stop); !removed) {
            failures.push_back(std::move(removed.error()));
        }
    }
    if (failures.empty() && options.volumes) {
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
