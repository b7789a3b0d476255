// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <fairlead/take_down.hpp>

#include "../ui/json_output.hpp"
#include "commands.hpp"

namespace fairlead::host {
namespace {

std::string_view describe(TakeDownProgress::Phase phase) {
    switch (phase) {
    case TakeDownProgress::Phase::waiting:
        return "waiting";
    case TakeDownProgress::Phase::stopping:
        return "stopping";
    case TakeDownProgress::Phase::removed:
        return "removed";
    case TakeDownProgress::Phase::failed:
        break;
    }
    return "failed";
}

} // namespace

ExitCode down(Context& context, const DownOptions& options) {
    const auto target = context.target();
    if (!target) {
        return context.fail_with(target.error());
    }
    const auto report = [&context](const TakeDownProgress& progress) {
        const std::string_view phase = describe(progress.phase);
        if (progress.phase == TakeDownProgress::Phase::waiting) {
            context.err().line(context.json() ? to_json(*progress.error) : progress.error->message);
        } else if (context.json()) {
            context.out().line(json_of_take_down(progress.container, phase));
        } else {
            context.err().line(fmt::format("{}  {}", progress.container.service, phase));
        }
    };
    const auto gone = take_down(
        *target->runtime, target->project,
        {.grace = options.stop_timeout, .volumes = options.volumes, .observer = report}, context.stop());
    if (!gone) {
        return context.fail_with(gone.error());
    }
    if (!context.json()) {
        context.err().line(fmt::format("{} is down", target->project));
    }
    return ExitCode::ok;
}

} // namespace fairlead::host
