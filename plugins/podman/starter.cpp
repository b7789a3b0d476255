// SPDX-License-Identifier: MIT
#include "starter.hpp"

#include <filesystem>
#include <random>

#include <fmt/format.h>

#include "common/pack_files.hpp"
#include "common_names.hpp"
#include "engine_error.hpp"
#include "run_arguments.hpp"

namespace fairlead::podman {
namespace {

std::string unique_token() {
    std::random_device random;
    return fmt::format("{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
}

/// The id is the last word that podman prints.
std::string last_word(std::string_view text) {
    const auto end = text.find_last_not_of(" \r\n");
    if (end == std::string_view::npos) {
        return {};
    }
    text = text.substr(0, end + 1);
    const auto begin = text.find_last_of(" \r\n");
    return std::string(begin == std::string_view::npos ? text : text.substr(begin + 1));
}

} // namespace

struct Starter::Plan {
    std::string name;
    RunContext context;
    FilePlan files;
    std::vector<std::string> arguments;
};

Result<void> Starter::ensure_surroundings(const Call& call, const ContainerSpec& spec) {
    if (spec.network_mode == NetworkMode::networks) {
        for (const NetworkAttachment& attachment : attachments(spec)) {
            if (Result<void> ensured = networks_.ensure_once(call, attachment.network); !ensured) {
                return ensured;
            }
        }
    }
    for (const Mount& mount : spec.mounts) {
        const auto* bind = std::get_if<BindMount>(&mount);
        if (bind == nullptr || !bind->create_host_path || engine_.is_remote()) {
            continue;
        }
        std::error_code error;
        std::filesystem::create_directories(bind->source, error);
        if (error && !std::filesystem::exists(bind->source)) {
            return call.failed(Errc::start_failed, fmt::format("the folder {} cannot be created: {}",
                                                               bind->source.string(), error.message()));
        }
    }
    return volumes_.ensure_all(call, spec);
}

/// Runs one podman of the start. When the call is cancelled meanwhile, what it has made is removed later.
Result<Finished> Starter::step(const Call& call, const Plan& plan, Command command,
                               const PieceObserver& observer) {
    Result<Process> process = engine_.open(call, std::move(command));
    if (!process) {
        return std::unexpected(std::move(process.error()));
    }
    Result<Finished> finished = collect(call, *process, no_deadline, observer);
    if (!finished) {
        cleaner_.remove_started(plan.name, plan.context.start, std::move(*process));
    }
    return finished;
}

/// Removes what there is of the container, and waits for that as long as the caller does.
Error Starter::undo(const Call& call, const Plan& plan, Error error) {
    cleaner_.remove_started(plan.name, plan.context.start, std::nullopt);
    if (Result<void> removed = cleaner_.wait_for(call, plan.name);
        !removed && removed.error().code != Errc::cancelled) {
        error.cleanup_failures.push_back(std::move(removed.error()));
    }
    return error;
}

Result<ContainerId> Starter::launch(const Call& call, const Plan& plan, const StartObserver& observer) {
    const bool copies = !plan.files.files.empty();
    std::vector<std::string> arguments =
        copies ? std::vector<std::string>{"create"} : std::vector<std::string>{"run", "--detach"};
    arguments.insert(arguments.end(), plan.arguments.begin(), plan.arguments.end());
    observer({.phase = StartProgress::Phase::creating, .text = {}, .done = {}, .total = {}});
    const Result<Finished> made = step(call, plan,
                                       {.arguments = std::move(arguments),
                                        .input = plan.context.environment.file,
                                        .environment = plan.context.environment.environment},
                                       line_reporter(observer, StartProgress::Phase::pulling, false));
    if (!made) {
        return std::unexpected(made.error());
    }
    if (made->ending.code != 0) {
        if (is_missing_network(*made)) {
            networks_.forget();
        }
        return std::unexpected(undo(call, plan, start_error(call, *made)));
    }
    ContainerId id(last_word(made->out));
    if (!copies) {
        return id;
    }
    Result<std::string> archive = pack_files("/", plan.files.files);
    if (!archive) {
        return std::unexpected(undo(call, plan, std::move(archive.error())));
    }
    observer({.phase = StartProgress::Phase::starting, .text = {}, .done = {}, .total = {}});
    // Without "--archive=false" everything would belong to the container's user.
    for (Command command : {Command{.arguments = {"cp", "--archive=false", "--", "-", id.value() + ":/"},
                                    .input = std::move(*archive)},
                            Command{.arguments = {"start", "--", id.value()}}}) {
        const Result<Finished> finished = step(call, plan, std::move(command), {});
        if (!finished) {
            return std::unexpected(finished.error());
        }
        if (finished->ending.code != 0) {
            Error error = start_error(call, *finished);
            if (error.code == Errc::engine_failed && error.hint.empty()) {
                error.code = Errc::start_failed;
            }
            return std::unexpected(undo(call, plan, std::move(error)));
        }
    }
    return id;
}

Result<ContainerId> Starter::start(const Call& call, const ContainerSpec& spec,
                                   const StartObserver& observer) {
    Plan plan;
    plan.name = container_name(spec);
    plan.context.image = image_name(spec);
    plan.context.start = unique_token();
    plan.context.limits_resources = engine_.limits_resources();
    Result<EnvironmentPlan> environment = plan_environment(spec.environment);
    if (!environment) {
        environment.error().subject = plan.name;
        return std::unexpected(std::move(environment.error()));
    }
    plan.context.environment = std::move(*environment);
    Result<FilePlan> files = plan_files(spec);
    if (!files) {
        return std::unexpected(std::move(files.error()));
    }
    plan.files = std::move(*files);
    plan.context.volumes = plan.files.volumes;
    // Before anything is made, and again with what the image says.
    if (Result<std::vector<std::string>> checked = run_arguments(spec, plan.context); !checked) {
        return std::unexpected(std::move(checked.error()));
    }
    if (Result<void> prepared = images_.prepare(call, spec, plan.context, observer); !prepared) {
        return std::unexpected(std::move(prepared.error()));
    }
    Result<std::vector<std::string>> arguments = run_arguments(spec, plan.context);
    if (!arguments) {
        return std::unexpected(std::move(arguments.error()));
    }
    plan.arguments = std::move(*arguments);
    constexpr int attempts = 2;
    for (int attempt = 1;; ++attempt) {
        if (Result<void> ensured = ensure_surroundings(call, spec); !ensured) {
            return std::unexpected(std::move(ensured.error()));
        }
        Result<ContainerId> id = launch(call, plan, observer);
        // A network that was known has been removed by somebody else meanwhile.
        if (id || attempt == attempts || id.error().code != Errc::not_found) {
            return id;
        }
    }
}

} // namespace fairlead::podman
