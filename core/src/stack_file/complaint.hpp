// SPDX-License-Identifier: MIT
#pragma once

#include <expected>
#include <string>
#include <utility>

namespace fairlead::stack_file {

/// Why a piece of text means nothing, by someone who does not know where it stood.
struct Complaint {
    std::string message;
    std::string hint{};
};

template <class T>
using Parsed = std::expected<T, Complaint>;

[[nodiscard]] inline std::unexpected<Complaint> complain(std::string message, std::string hint = {}) {
    return std::unexpected<Complaint>({std::move(message), std::move(hint)});
}

} // namespace fairlead::stack_file
