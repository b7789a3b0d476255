// SPDX-License-Identifier: MIT
#include <array>
#include <limits>
#include <utility>

#include "draft.hpp"
#include "in_quotes.hpp"

namespace fairlead::stack_file {
namespace {

void read_test(Context& context, const Field& field, HealthCheck& check) {
    if (field.node().kind == NodeKind::string) {
        if (const auto line = read_name(context, field)) {
            check.test = {"CMD-SHELL", *line};
        }
        return;
    }
    if (field.node().kind != NodeKind::list) {
        wrong_kind(context, field, "a string or a list of strings");
        return;
    }
    auto words = read_strings(context, field);
    if (words.size() != field.node().items.size() || words.empty()) {
        return;
    }
    if (words.front() == "NONE" && words.size() == 1) {
        check.disabled = true;
    } else if (words.front() == "CMD-SHELL" && words.size() != 2) {
        context.diagnostics.mistake(field, "\"CMD-SHELL\" takes exactly one string after it",
                                    "Write the whole command line as one string, or use \"CMD\".");
    } else if (words.front() == "CMD" && words.size() == 1) {
        context.diagnostics.mistake(field, "\"CMD\" needs a command after it");
    } else if (words.front() != "CMD" && words.front() != "CMD-SHELL") {
        context.diagnostics.mistake(
            field.at(0), "expected \"CMD\", \"CMD-SHELL\" or \"NONE\", got " + in_quotes(words.front()),
            "A list begins with one of these; a plain string is run by a shell.");
    } else {
        check.test = std::move(words);
    }
}

/// A duration of which 0 means the image's, or the engine's default.
template <auto Member>
void read_period(Context& context, const Field& field, HealthCheck& check) {
    const auto duration = read_duration(context, field);
    if (!duration || *duration == std::chrono::nanoseconds::zero()) {
        return;
    }
    if (*duration < std::chrono::milliseconds(1)) {
        context.diagnostics.mistake(field, "must be 0 or at least 1ms");
        return;
    }
    check.*Member = *duration;
}

constexpr std::array healthcheck_keys{
    Key<HealthCheck>{"disable",
                     [](Context& context, const Field& field, HealthCheck& check) {
                         check.disabled = read_bool(context, field).value_or(false) || check.disabled;
                     }},
    Key<HealthCheck>{"interval", read_period<&HealthCheck::interval>},
    Key<HealthCheck>{"retries",
                     [](Context& context, const Field& field, HealthCheck& check) {
                         const auto most = std::numeric_limits<int>::max();
                         if (const auto retries = read_integer(context, field, 0, most);
                             retries && *retries > 0) {
                             check.retries = static_cast<int>(*retries);
                         }
                     }},
    Key<HealthCheck>{"start_interval", read_period<&HealthCheck::start_interval>},
    Key<HealthCheck>{"start_period", read_period<&HealthCheck::start_period>},
    Key<HealthCheck>{"test", read_test},
    Key<HealthCheck>{"timeout", read_period<&HealthCheck::timeout>},
};

} // namespace

void read_healthcheck(Context& context, const Field& field, Draft& draft) {
    HealthCheck check;
    read_keys<HealthCheck>(context, field, check, healthcheck_keys);
    // Nothing else has a meaning once there is no check.
    draft.container().healthcheck = check.disabled ? HealthCheck{.disabled = true} : std::move(check);
}

} // namespace fairlead::stack_file
