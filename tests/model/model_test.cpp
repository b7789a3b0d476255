// SPDX-License-Identifier: MIT
#include <atomic>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <stop_token>
#include <string_view>
#include <thread>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "run.hpp"
#include "scenario.hpp"

using namespace fairlead::model;

namespace {

/// A number that the caller of the test may set; see `docs/design.md`.
std::uint64_t number(const char* variable, std::uint64_t otherwise) {
    const char* text = std::getenv(variable);
    if (text == nullptr) {
        return otherwise;
    }
    std::uint64_t value = otherwise;
    const std::string_view view(text);
    const auto [end, error] = std::from_chars(view.data(), view.data() + view.size(), value);
    REQUIRE_MESSAGE((error == std::errc{} && end == view.data() + view.size()), variable,
                    " is no number");
    return value;
}

/// Ends the process with the scenario's text when it has made no progress for a minute: a deadlock.
class Watchdog {
public:
    explicit Watchdog(const std::atomic<std::uint64_t>& seed)
        : thread_([&seed](const std::stop_token& stop) {
              std::mutex mutex;
              std::condition_variable_any never;
              std::unique_lock lock(mutex);
              for (;;) {
                  const std::uint64_t before = seed;
                  never.wait_for(lock, stop, std::chrono::minutes(1), [] { return false; });
                  if (stop.stop_requested()) {
                      return;
                  }
                  if (before == seed) {
                      fmt::print(stderr, "no progress for a minute in\n{}",
                                 to_string(scenario_of(before)));
                      std::abort();
                  }
              }
          }) {}

private:
    std::jthread thread_;
};

} // namespace

TEST_CASE("whatever happens to a stack, the manager keeps its promises") {
    const std::uint64_t first = number("FAIRLEAD_MODEL_SEED", 1);
    const std::uint64_t count = number("FAIRLEAD_MODEL_COUNT", 2500);
    std::atomic<std::uint64_t> seed = first;
    const Watchdog watchdog(seed);
    for (; seed < first + count; ++seed) {
        const Scenario scenario = scenario_of(seed);
        try {
            run(scenario);
        } catch (const Broken& broken) {
            FAIL_CHECK(to_string(scenario), broken.what, "\nagain with FAIRLEAD_MODEL_SEED=", seed.load(),
                       " FAIRLEAD_MODEL_COUNT=1");
        }
    }
    MESSAGE(fmt::format("{} scenarios from seed {}", count, first));
}
