// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>

#include <fairlead/error.hpp>

namespace fairlead {

/// Refuses a shared library that ends before its own table of contents says so, as an interrupted copy or
/// a full disk leaves it. The dynamic linker maps such a file without a look at its size, and the process
/// dies of SIGBUS at the first page that is not there.
///
/// What is no shared library of this machine at all is left for the linker to refuse.
[[nodiscard]] Result<void> check_not_cut_off(const std::filesystem::path& path);

} // namespace fairlead
