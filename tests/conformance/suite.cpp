// SPDX-License-Identifier: MIT
#include "suite.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <random>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <fnmatch.h>
#include <unistd.h>

#include <fairlead/plugin_registry.hpp>

#include "bench.hpp"
#include "case.hpp"
#include "check.hpp"
#include "deviations.hpp"
#include "needs.hpp"
#include "refusal.hpp"

namespace fairlead::conformance {
namespace {

using Clock = std::chrono::steady_clock;

std::chrono::milliseconds since(Clock::time_point begin) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
}

std::vector<const Case*> select(const std::string& pattern) {
    std::vector<const Case*> selected;
    for (const std::span<const Case>& area : all_cases()) {
        for (const Case& each : area) {
            if (pattern.empty() || fnmatch(pattern.c_str(), std::string(each.id).c_str(), 0) == 0) {
                selected.push_back(&each);
            }
        }
    }
    return selected;
}

const Deviation* deviation_of(std::string_view runtime, std::string_view id) {
    const auto all = deviations_of(runtime);
    const auto found = std::ranges::find(all, id, &Deviation::case_id);
    return found == all.end() ? nullptr : &*found;
}

/// One run of the suite.
class Runner {
public:
    Runner(const SuiteOptions& options, const Setting& setting, std::stop_token stop)
        : options_(options), setting_(setting), stop_(std::move(stop)),
          run_(fmt::format("{:06x}", std::random_device{}() & 0xffffffU)) {}

    std::vector<CaseReport> run(const std::vector<const Case*>& cases);

private:
    void run_at_once(const std::vector<const Case*>& cases, Company company, unsigned threads);
    CaseReport report_on(const Case& one, std::size_t index);
    void attempt(const Case& one, const std::string& project, CaseReport& report);

    const SuiteOptions& options_;
    const Setting& setting_;
    std::stop_token stop_;
    /// Tells this run's projects from those of another one on the same engine.
    std::string run_;
    std::vector<CaseReport> reports_;
    std::mutex observing_;
};

std::vector<CaseReport> Runner::run(const std::vector<const Case*>& cases) {
    reports_.resize(cases.size());
    run_at_once(cases, Company::any, std::max(1U, options_.parallel));
    run_at_once(cases, Company::alone, 1);
    return std::move(reports_);
}

void Runner::run_at_once(const std::vector<const Case*>& cases, Company company, unsigned threads) {
    std::atomic<std::size_t> next = 0;
    const auto work = [&] {
        for (std::size_t index = next++; index < cases.size() && !stop_.stop_requested();
             index = next++) {
            if (cases[index]->company != company) {
                continue;
            }
            reports_[index] = report_on(*cases[index], index);
            // A case that was interrupted says nothing about the engine.
            if (options_.observer && !stop_.stop_requested()) {
                const std::scoped_lock lock(observing_);
                options_.observer(reports_[index]);
            }
        }
    };
    std::vector<std::jthread> workers;
    for (unsigned i = 0; i < threads; ++i) {
        workers.emplace_back(work);
    }
}

CaseReport Runner::report_on(const Case& one, std::size_t index) {
    CaseReport report{.id = std::string(one.id), .claim = std::string(one.claim)};
    const auto begin = Clock::now();
    report.detail = missing_for(one.needs, setting_);
    if (!report.detail.empty()) {
        report.outcome = Outcome::not_applicable;
    } else {
        attempt(one, fmt::format("conf-{}-{}", run_, index), report);
    }
    if (const Deviation* declared = deviation_of(options_.runtime, one.id)) {
        if (report.outcome == Outcome::failed) {
            report.outcome = Outcome::deviating;
            report.detail = fmt::format("{} ({})", declared->reason, report.detail);
        } else if (report.outcome == Outcome::passed && !declared->sometimes) {
            report.outcome = Outcome::failed;
            report.detail =
                fmt::format("it passes, so the declared deviation is out of date: {}", declared->reason);
        }
    }
    report.took = since(begin);
    return report;
}

void Runner::attempt(const Case& one, const std::string& project, CaseReport& report) {
    std::string left;
    try {
        Bench bench(setting_, project, stop_);
        try {
            one.run(bench);
        } catch (...) {
            left = bench.clean_up();
            throw;
        }
        left = bench.clean_up();
    } catch (const Refusal& refusal) {
        report.outcome = options_.strict ? Outcome::failed : Outcome::refused;
        report.detail = refusal.what();
    } catch (const Failure& failure) {
        report.outcome = Outcome::failed;
        report.detail = failure.what();
        report.where = failure.where();
    } catch (const std::exception& error) {
        report.outcome = Outcome::failed;
        report.detail = fmt::format("an exception: {}", error.what());
    }
    if (!left.empty()) {
        report.outcome = Outcome::failed;
        report.detail += fmt::format("{}cleaning up failed: {}", report.detail.empty() ? "" : "; ", left);
    }
}

} // namespace

std::vector<CaseInfo> list_cases(const std::string& pattern) {
    std::vector<CaseInfo> infos;
    for (const Case* each : select(pattern)) {
        infos.push_back({.id = std::string(each->id), .claim = std::string(each->claim)});
    }
    return infos;
}

Result<Report> run_suite(const SuiteOptions& options, std::stop_token stop) {
    const std::vector<const Case*> cases = select(options.pattern);
    if (cases.empty()) {
        return fail({.code = Errc::invalid_spec,
                     .operation = "select cases",
                     .subject = options.pattern,
                     .message = "no case has such an id",
                     .hint = "'fairlead conformance --list' shows them all."});
    }
    auto backdoor = Backdoor::open(options.runtime, options.options);
    if (!backdoor) {
        return std::unexpected(std::move(backdoor.error()));
    }
    const auto registry = PluginRegistry::standard(options.plugin_path);
    const auto runtime = registry.load(options.runtime, options.options);
    if (!runtime) {
        return std::unexpected(runtime.error());
    }
    auto version = (*runtime)->version(stop);
    if (!version) {
        return std::unexpected(std::move(version.error()));
    }
    const Setting setting{
        .runtime = options.runtime,
        .image = options.image,
        .registry = options.registry,
        .backdoor = std::move(*backdoor),
        .load = [&](const std::string& text) { return registry.load(options.runtime, text); },
        .capabilities = (*runtime)->capabilities(),
        .in_memory = testing::fake_control(**runtime) != nullptr};
    const auto begin = Clock::now();
    Report report{.runtime = options.runtime, .engine = std::move(*version)};
    report.cases = Runner(options, setting, stop).run(cases);
    report.took = since(begin);
    if (stop.stop_requested()) {
        return fail({.code = Errc::cancelled,
                     .operation = "run the conformance suite on",
                     .subject = options.runtime,
                     .message = "it was interrupted; what it had made is removed"});
    }
    return report;
}

} // namespace fairlead::conformance
