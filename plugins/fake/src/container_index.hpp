// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "container.hpp"

namespace fairlead::fake {

/// The containers by what they are asked for by. Guarded by the engine's lock.
class ContainerIndex {
public:
    using Entry = std::shared_ptr<Container>;

    /// Null if there is none.
    [[nodiscard]] Entry by_id(const ContainerId& id) const;
    [[nodiscard]] Entry by_name(std::string_view name) const;
    /// Ordered by name; an empty project stands for all of them.
    [[nodiscard]] std::vector<Entry> of_project(std::string_view project) const;
    /// Ordered by id, so that what is done to all of them is done in the same order in each run.
    [[nodiscard]] std::vector<Entry> all() const;

    /// An id that no container has or had: the same one for the n-th container of a name in each run.
    [[nodiscard]] ContainerId new_id(const std::string& name);

    /// Neither id nor name may be there.
    void add(Entry container);
    void remove(const Container& container);

private:
    using ByName = std::map<std::string, Entry, std::less<>>;

    std::unordered_map<std::string, Entry> by_id_;
    std::unordered_map<std::string, Entry> by_name_;
    std::map<std::string, ByName, std::less<>> by_project_;
    std::unordered_map<std::string, std::uint64_t> generations_;
};

} // namespace fairlead::fake
