// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include <fairlead/error.hpp>

#include "json.hpp"

namespace fairlead::plugin {

/// A plugin's options: a JSON object with known keys.
struct OptionKeys {
    /// The plugin's name, for errors.
    std::string_view plugin;
    std::span<const std::string_view> known;

    /// `invalid_spec` for the option `key`.
    [[nodiscard]] std::unexpected<Error> refused(std::string key, std::string message,
                                                 std::string hint = {}) const;

    /// Hands each option to `take`, until it fails.
    ///
    /// Errors: `invalid_spec` for text that is not an object and an unknown key (with the likely one),
    /// and those of `take`.
    [[nodiscard]] Result<void>
    read(std::string_view text,
         const std::function<Result<void>(const std::string& key, const Json& value)>& take) const;
};

} // namespace fairlead::plugin
