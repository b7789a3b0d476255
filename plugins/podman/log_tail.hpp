// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

#include <fairlead/log_stream.hpp>

namespace fairlead::podman {

/// From where the last lines of a container's output are to be read: what was written at `since` or
/// later, but for the first bytes of each stream that were written at `since`.
struct TailMark {
    Timestamp since{};
    std::uint64_t skip_stdout = 0;
    std::uint64_t skip_stderr = 0;

    bool operator==(const TailMark&) const = default;
};

/// Finds the last lines of a log file of conmon's. Podman's own `--tail` is not used where this works:
/// that of 4.3 puts a newline behind an unterminated line and joins what is no line.
///
/// Absent: nothing for a file that is not there, cannot be read or is empty.
[[nodiscard]] std::optional<TailMark> find_tail(const std::filesystem::path& file, std::uint64_t lines);

/// The same, for the end of a log. `is_whole` says that it begins where the log begins. Nothing when the
/// end is too short to tell.
[[nodiscard]] std::optional<TailMark> find_tail_in(std::string_view end, bool is_whole,
                                                   std::uint64_t lines);

} // namespace fairlead::podman
