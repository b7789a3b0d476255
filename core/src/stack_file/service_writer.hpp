// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>

#include <nlohmann/json.hpp>

#include <fairlead/stack.hpp>

namespace fairlead::stack_file {

/// The keys under which a stack file declares the engine's volumes, by the engine's names.
using VolumeKeys = std::map<std::string, std::string>;

/// One entry of `services`, in long form.
[[nodiscard]] nlohmann::ordered_json write_service(const Service& service, const VolumeKeys& volumes);

/// Text that a reader would otherwise take for a variable.
[[nodiscard]] nlohmann::ordered_json text(const std::string& value);

} // namespace fairlead::stack_file
