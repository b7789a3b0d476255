// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include <fairlead/container_spec.hpp>
#include <fairlead/error.hpp>

namespace fairlead::fake {

/// Which images are there and which could be pulled. Guarded by the engine's lock.
class ImageStore {
public:
    using Names = std::optional<std::vector<std::string>>;

    /// Absent: all.
    ImageStore(const Names& local, const Names& registry);

    enum class Action { use, pull, build };

    /// What a start has to do to have the image.
    /// Errors: `image_unavailable`, without operation and subject.
    [[nodiscard]] Result<Action> plan(const ContainerSpec& spec) const;

    /// It has been pulled or built.
    void add(const std::string& image);

private:
    using Set = std::optional<std::set<std::string>>;

    Set local_;
    Set registry_;
};

} // namespace fairlead::fake
