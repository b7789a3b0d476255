// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include <fairlead/suggestion.hpp>
#include <fairlead/time.hpp>

#include "../ui/log_follower.hpp"
#include "commands.hpp"

namespace fairlead::host {
namespace {

/// A time, or how long ago.
Result<std::optional<Timestamp>> parse_since(const std::string& text) {
    if (text.empty()) {
        return std::nullopt;
    }
    if (const auto ago = parse_duration(text)) {
        return Timestamp(std::chrono::system_clock::now()) - *ago;
    }
    if (const auto time = parse_timestamp(text)) {
        return *time;
    }
    return fail({.code = Errc::invalid_spec,
                 .operation = "logs --since",
                 .subject = fmt::format("'{}'", text),
                 .message = "neither a duration nor a time",
                 .hint = "Write 90s, 10m or 2h for how long ago, or 2024-05-01T12:00:00Z."});
}

Error unknown_service(const std::string& name, const Target& target,
                      const std::vector<ContainerStatus>& containers) {
    std::vector<std::string_view> known;
    for (const ContainerStatus& container : containers) {
        known.push_back(container.service);
    }
    const auto meant = closest_word(name, known);
    return {.code = Errc::not_found,
            .operation = "logs",
            .subject = name,
            .message = fmt::format("project '{}' has no container of this service", target.project),
            .hint = meant ? fmt::format("Did you mean '{}'?", *meant)
                          : "`fairlead ps -a` shows what there is."};
}

/// The containers of the services named, or all.
Result<std::vector<ContainerStatus>> choose(const Target& target, std::vector<ContainerStatus> containers,
                                            const std::vector<std::string>& services) {
    for (const std::string& name : services) {
        if (std::ranges::find(containers, name, &ContainerStatus::service) == containers.end()) {
            return fail(unknown_service(name, target, containers));
        }
    }
    if (!services.empty()) {
        std::erase_if(containers, [&services](const ContainerStatus& container) {
            return std::ranges::find(services, container.service) == services.end();
        });
    }
    return containers;
}

} // namespace

ExitCode logs(Context& context, const LogsOptions& options) {
    const auto since = parse_since(options.since);
    if (!since) {
        return context.fail_with(since.error());
    }
    const auto target = context.target();
    if (!target) {
        return context.fail_with(target.error());
    }
    auto listed = target->runtime->list(target->project, context.stop());
    if (!listed) {
        return context.fail_with(listed.error());
    }
    const auto containers = choose(*target, std::move(*listed), options.services);
    if (!containers) {
        return context.fail_with(containers.error());
    }
    std::size_t width = 0;
    for (const ContainerStatus& container : *containers) {
        width = std::max(width, container.service.size());
    }
    context.out().on_failure([&context] { context.interrupt().request(); });
    LogPrinter printer(context.out(), {.json = context.json(),
                                       .prefix = options.prefix,
                                       .timestamps = options.timestamps,
                                       .width = width});
    LogFollower follower(*target->runtime, printer, context.err(), context.stop());
    for (const ContainerStatus& container : *containers) {
        follower.follow(container.service, container.id,
                        {.follow = options.follow, .tail = options.tail, .since = *since});
        // Without following, one service after the other: the output is then the same every time.
        if (!options.follow) {
            follower.wait();
        }
    }
    follower.wait();
    if (context.stop().stop_requested()) {
        return ExitCode::interrupted;
    }
    return follower.failed() ? ExitCode::failed : ExitCode::ok;
}

} // namespace fairlead::host
