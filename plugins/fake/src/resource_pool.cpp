// SPDX-License-Identifier: MIT
#include "resource_pool.hpp"

#include <fmt/format.h>

namespace fairlead::fake {

ResourcePool::ResourcePool(std::string kind, const std::vector<std::string>& foreign)
    : kind_(std::move(kind)) {
    for (const std::string& name : foreign) {
        resources_.emplace(name, Resource{});
    }
}

Result<void> ResourcePool::ensure(const std::string& name, const std::string& project) {
    const auto [found, added] = resources_.try_emplace(name, Resource{.project = project});
    if (added) {
        of_project_[project].insert(name);
        return {};
    }
    if (found->second.project == project) {
        return {};
    }
    return fail(
        {.code = Errc::conflict,
         .message =
             found->second.project.empty()
                 ? fmt::format("{} '{}' exists and was not created by fairlead", kind_, name)
                 : fmt::format("{} '{}' belongs to project '{}'", kind_, name, found->second.project),
         .hint = fmt::format("Declare the {} as external to share it, or choose another name.", kind_)});
}

Result<void> ResourcePool::require(const std::string& name) const {
    if (resources_.contains(name)) {
        return {};
    }
    return fail({.code = Errc::not_found,
                 .message = fmt::format("external {} '{}' does not exist", kind_, name),
                 .hint = fmt::format("List it under \"{}s\" in the options of the fake.", kind_)});
}

void ResourcePool::use(const std::string& name) {
    if (const auto found = resources_.find(name); found != resources_.end()) {
        ++found->second.users;
    }
}

void ResourcePool::release(const std::string& name) {
    if (const auto found = resources_.find(name); found != resources_.end()) {
        --found->second.users;
    }
}

Result<void> ResourcePool::remove_project(std::string_view project) {
    const auto owned = of_project_.find(project);
    if (owned == of_project_.end()) {
        return {};
    }
    std::string used;
    std::erase_if(owned->second, [&](const std::string& name) {
        const auto resource = resources_.find(name);
        if (resource->second.users > 0) {
            used = name;
            return false;
        }
        resources_.erase(resource);
        return true;
    });
    if (owned->second.empty()) {
        of_project_.erase(owned);
        return {};
    }
    return fail({.code = Errc::conflict,
                 .message = fmt::format("{} '{}' is still used by a container", kind_, used),
                 .hint = "Remove the project's containers first."});
}

} // namespace fairlead::fake
