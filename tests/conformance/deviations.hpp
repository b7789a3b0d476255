// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string_view>

namespace fairlead::conformance {

/// A case that an engine cannot pass, whatever its plugin does.
struct Deviation {
    std::string_view case_id;
    std::string_view reason;
    /// It depends on the machine or on luck: that it passes is no news then.
    bool sometimes = false;
};

/// What is declared of a runtime. A deviating case is run all the same: one that passes is reported as a
/// failure, since the declaration is out of date then, unless it says that it holds only sometimes.
[[nodiscard]] std::span<const Deviation> deviations_of(std::string_view runtime);

} // namespace fairlead::conformance
