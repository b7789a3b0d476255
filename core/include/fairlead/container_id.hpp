// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <string>
#include <utility>

namespace fairlead {

/// An engine's own, full identifier of one container. Opaque; never a name and never a prefix, so
/// that a container re-created under the same name is a different one.
class ContainerId {
public:
    ContainerId() = default;
    explicit ContainerId(std::string value) : value_(std::move(value)) {}

    [[nodiscard]] const std::string& value() const noexcept { return value_; }

    auto operator<=>(const ContainerId&) const = default;

private:
    std::string value_;
};

} // namespace fairlead
