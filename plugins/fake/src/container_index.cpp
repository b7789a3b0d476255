// SPDX-License-Identifier: MIT
#include "container_index.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "hash.hpp"

namespace fairlead::fake {

ContainerIndex::Entry ContainerIndex::by_id(const ContainerId& id) const {
    const auto found = by_id_.find(id.value());
    return found == by_id_.end() ? nullptr : found->second;
}

ContainerIndex::Entry ContainerIndex::by_name(std::string_view name) const {
    const auto found = by_name_.find(std::string(name));
    return found == by_name_.end() ? nullptr : found->second;
}

std::vector<ContainerIndex::Entry> ContainerIndex::of_project(std::string_view project) const {
    std::vector<Entry> entries;
    const auto append = [&entries](const ByName& containers) {
        for (const auto& [name, entry] : containers) {
            entries.push_back(entry);
        }
    };
    if (!project.empty()) {
        if (const auto found = by_project_.find(project); found != by_project_.end()) {
            append(found->second);
        }
        return entries;
    }
    for (const auto& [name, containers] : by_project_) {
        append(containers);
    }
    std::ranges::sort(entries, {}, [](const Entry& entry) -> const std::string& { return entry->name; });
    return entries;
}

std::vector<ContainerIndex::Entry> ContainerIndex::all() const {
    std::vector<Entry> entries;
    entries.reserve(by_id_.size());
    for (const auto& [id, entry] : by_id_) {
        entries.push_back(entry);
    }
    std::ranges::sort(entries, {}, [](const Entry& entry) -> const ContainerId& { return entry->id; });
    return entries;
}

ContainerId ContainerIndex::new_id(const std::string& name) {
    for (;;) {
        const std::uint64_t generation = ++generations_[name];
        const std::uint64_t hash = stable_hash(name);
        ContainerId id(fmt::format("{:016x}{:016x}{:032x}", hash, stable_hash("id", hash), generation));
        if (!by_id_.contains(id.value())) {
            return id;
        }
    }
}

void ContainerIndex::add(Entry container) {
    if (!container->project.empty()) {
        by_project_[container->project].emplace(container->name, container);
    }
    by_name_.emplace(container->name, container);
    by_id_.emplace(container->id.value(), std::move(container));
}

void ContainerIndex::remove(const Container& container) {
    if (const auto project = by_project_.find(container.project); project != by_project_.end()) {
        project->second.erase(container.name);
        if (project->second.empty()) {
            by_project_.erase(project);
        }
    }
    const std::string id = container.id.value();
    by_name_.erase(container.name);
    by_id_.erase(id);
}

} // namespace fairlead::fake
