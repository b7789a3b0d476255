// SPDX-License-Identifier: MIT
#include <charconv>
#include <string_view>

#include "draft.hpp"

namespace fairlead::stack_file {
namespace {

std::optional<RestartPolicy> parse_restart(std::string_view text) {
    constexpr std::string_view on_failure = "on-failure";
    if (text == "no") {
        return RestartPolicy{};
    }
    if (text == "always") {
        return RestartPolicy{.mode = RestartMode::always};
    }
    if (text == "unless-stopped") {
        return RestartPolicy{.mode = RestartMode::unless_stopped};
    }
    if (text == on_failure) {
        return RestartPolicy{.mode = RestartMode::on_failure};
    }
    if (!text.starts_with("on-failure:")) {
        return {};
    }
    RestartPolicy policy{.mode = RestartMode::on_failure};
    const char* const begin = text.data() + on_failure.size() + 1;
    const char* const end = text.data() + text.size();
    const auto [at, code] = std::from_chars(begin, end, policy.max_retries);
    return code == std::errc{} && at == end && policy.max_retries >= 0 ? std::optional(policy)
                                                                       : std::nullopt;
}

} // namespace

void read_restart(Context& context, const Field& field, Draft& draft) {
    const auto policy =
        field.node().kind == NodeKind::string ? parse_restart(field.node().text) : std::nullopt;
    if (!policy) {
        wrong_kind(context, field, R"("no", "always", "on-failure", "on-failure:N" or "unless-stopped")");
        return;
    }
    agree(context, field, draft.restart, *policy, "deploy.restart_policy");
}

} // namespace fairlead::stack_file
