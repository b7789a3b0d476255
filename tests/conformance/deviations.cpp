// SPDX-License-Identifier: MIT
#include "deviations.hpp"

#include <array>

namespace fairlead::conformance {
namespace {

constexpr std::array docker = {
    Deviation{
        "logs/invalid-utf8",
        "the daemon's log driver json-file stores text as JSON and replaces bytes that are not UTF-8"},
};

} // namespace

std::span<const Deviation> deviations_of(std::string_view runtime) {
    if (runtime == "docker") {
        return docker;
    }
    return {};
}

} // namespace fairlead::conformance
