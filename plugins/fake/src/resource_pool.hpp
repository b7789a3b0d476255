// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <fairlead/error.hpp>

namespace fairlead::fake {

/// The networks of an engine, or its named volumes: who made them and who uses them.
/// Guarded by the engine's lock. Errors come without operation and subject.
class ResourcePool {
public:
    /// `kind` is the word for people. `foreign` are there and carry no label.
    ResourcePool(std::string kind, const std::vector<std::string>& foreign);

    /// Makes it unless it is there.
    /// Errors: `conflict` when it is there and not the project's.
    [[nodiscard]] Result<void> ensure(const std::string& name, const std::string& project);
    /// Errors: `not_found`.
    [[nodiscard]] Result<void> require(const std::string& name) const;

    void use(const std::string& name);
    void release(const std::string& name);

    /// Removes all of the project that nobody uses.
    /// Errors: `conflict` naming one that is used.
    [[nodiscard]] Result<void> remove_project(std::string_view project);

private:
    struct Resource {
        /// Empty: not fairlead's.
        std::string project;
        std::size_t users = 0;
    };

    std::string kind_;
    std::map<std::string, Resource> resources_;
    std::map<std::string, std::set<std::string>, std::less<>> of_project_;
};

} // namespace fairlead::fake
