// SPDX-License-Identifier: MIT
#pragma once

#include <fairlead/error.hpp>

namespace fairlead::host {

/// What the process returns; `--help` lists them.
enum class ExitCode : int {
    ok = 0,
    failed = 1,
    usage = 2,
    engine_unreachable = 3,
    interrupted = 130,
};

[[nodiscard]] ExitCode exit_code_of(const Error& error);

} // namespace fairlead::host
