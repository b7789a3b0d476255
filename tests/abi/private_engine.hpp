// SPDX-License-Identifier: MIT
#pragma once

#include <cstdlib>
#include <string>

namespace fairlead::test {

inline std::string variable(const char* name, const char* otherwise = "") {
    const char* value = std::getenv(name);
    return value == nullptr ? otherwise : value;
}

/// Whether the engine is ours to use: the fake, or one that scripts/engines has started.
inline bool is_ours(const std::string& runtime) {
    return runtime == "fake" ||
           !variable(runtime == "podman" ? "FAIRLEAD_PODMAN_ROOT" : "FAIRLEAD_TEST_IMAGE").empty();
}

/// The options that reach it, as JSON.
inline std::string engine_options(const std::string& runtime) {
    if (runtime != "podman" || !is_ours(runtime)) {
        return "{}";
    }
    return R"({"root": ")" + variable("FAIRLEAD_PODMAN_ROOT") + R"(", "runroot": ")" +
           variable("FAIRLEAD_PODMAN_RUNROOT") + "\"}";
}

} // namespace fairlead::test
