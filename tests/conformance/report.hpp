// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <fairlead/capabilities.hpp>

namespace fairlead::conformance {

enum class Outcome {
    passed,
    failed,
    /// Failed, and is declared to: see deviations.hpp.
    deviating,
    /// Is about a field that the engine cannot honour and refuses by name; `detail` is its message.
    refused,
    /// Could not be tried; `detail` says what it would need.
    not_applicable,
};

[[nodiscard]] std::string_view to_string(Outcome outcome) noexcept;

struct CaseReport {
    std::string id;
    std::string claim;
    Outcome outcome = Outcome::passed;
    /// What went wrong, why it deviates, or what is missing.
    std::string detail;
    /// `file:line` of the expectation that was not met.
    std::string where;
    std::chrono::milliseconds took{0};
};

struct Report {
    std::string runtime;
    EngineVersion engine;
    std::vector<CaseReport> cases;
    std::chrono::milliseconds took{0};

    [[nodiscard]] std::size_t count(Outcome outcome) const;
    [[nodiscard]] bool passed() const { return count(Outcome::failed) == 0; }
};

/// One line about a case, and further ones if it did not pass.
[[nodiscard]] std::string text_of(const CaseReport& report);

/// The last line: how many cases of each outcome.
[[nodiscard]] std::string summary_of(const Report& report);

/// `{runtime, engine, passed, failed, deviating, not_applicable, refused, milliseconds, cases: [{id,
/// claim, outcome, detail, where, milliseconds}]}`.
[[nodiscard]] std::string json_of(const Report& report);

} // namespace fairlead::conformance
