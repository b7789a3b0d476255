// SPDX-License-Identifier: MIT
#include "report.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fairlead::conformance {

using Json = nlohmann::ordered_json;

std::string_view to_string(Outcome outcome) noexcept {
    switch (outcome) {
    case Outcome::passed:
        return "passed";
    case Outcome::failed:
        return "failed";
    case Outcome::deviating:
        return "deviating";
    case Outcome::refused:
        return "refused";
    case Outcome::not_applicable:
        return "not applicable";
    }
    return "unknown";
}

std::size_t Report::count(Outcome outcome) const {
    return static_cast<std::size_t>(std::ranges::count(cases, outcome, &CaseReport::outcome));
}

std::string text_of(const CaseReport& report) {
    std::string text = fmt::format("{:<14}  {:<34}  {:>6} ms  {}\n", to_string(report.outcome), report.id,
                                   report.took.count(), report.claim);
    if (!report.detail.empty()) {
        std::string detail = report.detail;
        for (std::size_t at = 0; (at = detail.find('\n', at)) != std::string::npos; at += 17) {
            detail.insert(at + 1, 16, ' ');
        }
        text += fmt::format("{:16}{}{}{}\n", "", report.where, report.where.empty() ? "" : ": ", detail);
    }
    return text;
}

std::string summary_of(const Report& report) {
    return fmt::format("conformance of {} ({} {}): {} passed, {} failed, {} deviating, "
                       "{} not applicable, {} refused, in {:.1f} s",
                       report.runtime, report.engine.engine, report.engine.version,
                       report.count(Outcome::passed), report.count(Outcome::failed),
                       report.count(Outcome::deviating), report.count(Outcome::not_applicable),
                       report.count(Outcome::refused),
                       std::chrono::duration<double>(report.took).count());
}

std::string json_of(const Report& report) {
    Json json = {{"runtime", report.runtime},
                 {"engine",
                  {{"name", report.engine.engine},
                   {"version", report.engine.version},
                   {"api", report.engine.api}}},
                 {"passed", report.count(Outcome::passed)},
                 {"failed", report.count(Outcome::failed)},
                 {"deviating", report.count(Outcome::deviating)},
                 {"not_applicable", report.count(Outcome::not_applicable)},
                 {"refused", report.count(Outcome::refused)},
                 {"milliseconds", report.took.count()},
                 {"cases", Json::array()}};
    for (const CaseReport& each : report.cases) {
        Json entry = {{"id", each.id}, {"claim", each.claim}, {"outcome", to_string(each.outcome)}};
        if (!each.detail.empty()) {
            entry["detail"] = each.detail;
        }
        if (!each.where.empty()) {
            entry["where"] = each.where;
        }
        entry["milliseconds"] = each.took.count();
        json["cases"].push_back(std::move(entry));
    }
    return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

} // namespace fairlead::conformance
