// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include <fairlead/error.hpp>

#include "name_rules.hpp"

namespace fairlead {

/// `invalid_spec` unless it is one.
inline Result<void> check_project(std::string_view operation, std::string_view project) {
    if (name_rules::is_project(project)) {
        return {};
    }
    return fail({.code = Errc::invalid_spec,
                 .operation = std::string(operation),
                 .subject = std::string(project),
                 .message = "a project's name is lower-case letters, digits, '-' and '_', at most 63, "
                            "beginning with a letter or digit"});
}

} // namespace fairlead
