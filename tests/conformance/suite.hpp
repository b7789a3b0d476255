// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include <fairlead/error.hpp>

#include "report.hpp"

namespace fairlead::conformance {

struct SuiteOptions {
    std::string runtime;
    /// The runtime's options, a JSON object as text.
    std::string options = "{}";
    std::vector<std::filesystem::path> plugin_path;
    /// An image with `/bin/sh` and the applets of busybox.
    std::string image;
    /// `HOST:PORT` of a registry that holds `fairlead-test/busybox:latest`; empty: none.
    std::string registry;
    /// Only cases whose id matches, as a shell would match it; empty: all.
    std::string pattern;
    /// How many cases run at once.
    unsigned parallel = 4;
    /// A field that the engine refuses fails the case that is about it.
    bool strict = false;
    /// Called after each case, one call at a time.
    std::function<void(const CaseReport&)> observer;
};

struct CaseInfo {
    std::string id;
    std::string claim;
};

/// The cases that the pattern selects.
[[nodiscard]] std::vector<CaseInfo> list_cases(const std::string& pattern);

/// Runs the cases against a runtime, loaded from its plugin. Everything that they make belongs to
/// projects named `conf-…` and is removed again.
///
/// Errors: those of loading the runtime, `unavailable` when its engine does not answer, `invalid_spec`
/// for a pattern that matches no case, `cancelled`.
[[nodiscard]] Result<Report> run_suite(const SuiteOptions& options, std::stop_token stop);

} // namespace fairlead::conformance
