// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

/// Which names are allowed, decided once for all engines.
namespace fairlead::name_rules {

inline constexpr std::size_t longest_part = 63;
/// A project and a service of full length, and the dot between them.
inline constexpr std::size_t longest_name = 2 * longest_part + 1;

constexpr bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}
constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
constexpr bool is_alphanumeric(char c) {
    return is_lower(c) || is_digit(c) || (c >= 'A' && c <= 'Z');
}

/// `[a-z0-9][a-z0-9_-]*`, at most 63 characters.
constexpr bool is_project(std::string_view name) {
    if (name.empty() || name.size() > longest_part || name.front() == '_' || name.front() == '-') {
        return false;
    }
    for (const char c : name) {
        if (!is_lower(c) && !is_digit(c) && c != '_' && c != '-') {
            return false;
        }
    }
    return true;
}

/// `[a-zA-Z0-9][a-zA-Z0-9_.-]*`, from `least` to `most` characters.
constexpr bool is_object(std::string_view name, std::size_t least, std::size_t most) {
    if (name.size() < least || name.size() > most || !is_alphanumeric(name.front())) {
        return false;
    }
    for (const char c : name) {
        if (!is_alphanumeric(c) && c != '_' && c != '.' && c != '-') {
            return false;
        }
    }
    return true;
}

constexpr bool is_service(std::string_view name) {
    return is_object(name, 1, longest_part);
}

/// At least two characters: engines disagree on one.
constexpr bool is_container(std::string_view name) {
    return is_object(name, 2, longest_name);
}

constexpr bool is_network(std::string_view name) {
    return is_object(name, 2, longest_name);
}

/// `[a-z][a-z0-9-]*`: nothing that could be part of a path.
constexpr bool is_plugin(std::string_view name) {
    if (name.empty() || name.size() > longest_part || !is_lower(name.front())) {
        return false;
    }
    for (const char c : name) {
        if (!is_lower(c) && !is_digit(c) && c != '-') {
            return false;
        }
    }
    return true;
}

} // namespace fairlead::name_rules
