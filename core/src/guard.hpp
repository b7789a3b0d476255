// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <string>
#include <string_view>

#include <fairlead/error.hpp>

namespace fairlead {

/// Calls a plugin's function and turns whatever it throws into an error: nothing thrown leaves the
/// library, whoever wrote the plugin.
template <class Function>
auto guarded(std::string_view operation, std::string_view subject, Function&& function)
    -> decltype(function()) {
    std::string what = "an exception of unknown type";
    try {
        return function();
    } catch (const std::exception& thrown) {
        what = thrown.what();
    } catch (...) {
    }
    return fail({.code = Errc::internal,
                 .operation = std::string(operation),
                 .subject = std::string(subject),
                 .message = "the plugin threw: " + what,
                 .hint = "This is a defect of the plugin; report it to its author."});
}

} // namespace fairlead
