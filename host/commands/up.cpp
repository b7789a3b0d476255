// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <string>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include <fairlead/lifecycle_manager.hpp>
#include <fairlead/lifecycle_plan.hpp>

#include "../ui/json_output.hpp"
#include "../ui/log_follower.hpp"
#include "../ui/narrator.hpp"
#include "commands.hpp"

namespace fairlead::host {
namespace {

std::vector<std::string> names_of(const std::vector<Service>& services) {
    std::vector<std::string> names;
    for (const Service& service : services) {
        names.push_back(service.container.service);
    }
    return names;
}

/// One `up`: the manager, what tells the user of it, and the logs.
class Up {
public:
    Up(Context& context, const UpOptions& options, Target target, LifecyclePlan plan,
       LifecycleOptions lifecycle)
        : context_(context), options_(options), target_(std::move(target)),
          manager_(target_.runtime, target_.project, std::move(plan), std::move(lifecycle)),
          printer_(context.out(),
                   {.json = context.json(), .prefix = options.prefix, .width = longest_name(manager_)}),
          follower_(*target_.runtime, printer_, context.err(), {}),
          narrator_(context, manager_, [this](const LifecycleEvent& event) { follow_logs(event); }) {}

    ExitCode run() {
        const ExitCode code = options_.detach ? start() : attend();
        narrator_.finish();
        follower_.wait();
        if (error_) {
            return context_.fail_with(*error_);
        }
        return code;
    }

private:
    ExitCode start() {
        const auto begin = std::chrono::steady_clock::now();
        if (auto started = manager_.start_all(context_.stop()); !started) {
            error_ = std::move(started.error());
            return ExitCode::failed;
        }
        narrator_.finish();
        const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
        say(fmt::format("{} is up after {:.2f} s", target_.project, seconds.count()));
        tell_timings();
        return ExitCode::ok;
    }

    /// Stays with the stack until it ends or the user has enough of it, and takes it down.
    ExitCode attend() {
        const auto on_up = [this] {
            say(fmt::format("{} is up; Ctrl-C takes it down", target_.project));
            tell_timings();
        };
        auto outcome = manager_.run(context_.stop(), {.abort_on_exit = options_.abort_on_exit,
                                                      .exit_code_from = options_.exit_code_from,
                                                      .on_up = on_up});
        if (!outcome) {
            error_ = std::move(outcome.error());
            return ExitCode::failed;
        }
        return outcome->interrupted ? ExitCode::interrupted : static_cast<ExitCode>(outcome->exit_code);
    }

    void tell_timings() {
        if (!options_.timings) {
            return;
        }
        if (context_.json()) {
            context_.out().line(fmt::format(R"({{"timings":{}}})", to_json(manager_.timings())));
        } else {
            context_.err().line(to_string(manager_.timings()));
        }
    }

    void say(std::string_view text) {
        if (!context_.json()) {
            context_.err().line(text);
        }
    }

    void follow_logs(const LifecycleEvent& event) {
        if (options_.detach ||
            (event.state != ServiceState::waiting && event.state != ServiceState::running)) {
            return;
        }
        for (const ServiceView& view : manager_.snapshot()) {
            if (view.service == event.service && !view.id.value().empty()) {
                follower_.follow(view.service, view.id, {.follow = true, .tail = {}, .since = {}});
            }
        }
    }

    Context& context_;
    const UpOptions& options_;
    Target target_;
    LifecycleManager manager_;
    LogPrinter printer_;
    LogFollower follower_;
    std::optional<Error> error_;
    Narrator narrator_;
};

Error detached_in_process(const std::string& project) {
    return {.code = Errc::unsupported,
            .operation = "up -d",
            .subject = project,
            .message =
                "this runtime keeps its containers in the process that starts them, so they would end "
                "together with this command",
            .hint = "Leave out -d: `fairlead up` stays, and Ctrl-C takes the stack down."};
}

} // namespace

ExitCode up(Context& context, const UpOptions& options) {
    auto file = context.stack();
    if (!file) {
        return context.fail_with(file.error());
    }
    auto services = select_services(file->stack, options.services, context.options().profiles);
    if (!services) {
        return context.fail_with(services.error());
    }
    for (Service& service : *services) {
        if (options.build && service.container.build) {
            service.container.pull_policy = PullPolicy::build;
        }
    }
    auto plan = LifecyclePlan::create(std::move(*services));
    if (!plan) {
        return context.fail_with(plan.error());
    }
    auto runtime = context.runtime(file->stack.runtime);
    if (!runtime) {
        return context.fail_with(runtime.error());
    }
    if (options.detach && !(*runtime)->capabilities().survives_host) {
        context.fail_with(detached_in_process(file->stack.name));
        return ExitCode::usage;
    }
    if (!options.detach) {
        context.out().on_failure([&context] { context.interrupt().request(); });
    }
    return Up(context, options, {.project = file->stack.name, .runtime = std::move(*runtime)},
              std::move(*plan),
              {.health_timeout = options.wait_timeout,
               .stop_grace = options.stop_timeout,
               .recreate = options.recreate,
               .remove_orphans = options.remove_orphans,
               .other_services = names_of(file->stack.services)})
        .run();
}

} // namespace fairlead::host
