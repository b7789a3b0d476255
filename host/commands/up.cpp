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
#include "../ui/progress_printer.hpp"
#include "commands.hpp"

namespace fairlead::host {
namespace {

std::size_t longest_name(const std::vector<Service>& services) {
    std::size_t width = 0;
    for (const Service& service : services) {
        width = std::max(width, service.container.service.size());
    }
    return width;
}

/// One `up`: the manager, and the thread that tells the user what happens and begins to follow logs.
class Up {
public:
    Up(Context& context, const UpOptions& options, Target target, LifecyclePlan plan)
        : context_(context), options_(options), width_(longest_name(plan.services())),
          target_(std::move(target)),
          manager_(target_.runtime, target_.project, std::move(plan),
                   {.health_timeout = options.wait_timeout, .stop_grace = options.stop_timeout}),
          printer_(context.out(), {.json = context.json(), .prefix = options.prefix, .width = width_}),
          follower_(*target_.runtime, printer_, context.err(), {}),
          narrator_([this](const std::stop_token& stop) { narrate(stop); }) {}

    ExitCode run() {
        const auto begin = std::chrono::steady_clock::now();
        if (auto started = manager_.start_all(context_.stop()); !started) {
            finish_narration();
            follower_.wait();
            return context_.fail_with(started.error());
        }
        if (options_.detach) {
            finish_narration();
            const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
            say(fmt::format("{} is up after {:.2f} s", target_.project, seconds.count()));
            return ExitCode::ok;
        }
        return attend();
    }

private:
    /// Stays with the stack until it ends or the user has enough of it, and takes it down.
    ExitCode attend() {
        say(fmt::format("{} is up; Ctrl-C takes it down", target_.project));
        const auto supervised = manager_.supervise(context_.stop());
        const bool interrupted = context_.stop().stop_requested();
        const auto views = manager_.snapshot();
        const bool any_failed = std::ranges::any_of(
            views, [](const ServiceView& view) { return view.state == ServiceState::failed; });
        if (!supervised && supervised.error().code != Errc::cancelled) {
            context_.fail_with(supervised.error());
        }
        const auto stopped = manager_.stop_all();
        finish_narration();
        follower_.wait();
        if (!stopped) {
            return context_.fail_with(stopped.error());
        }
        if (interrupted) {
            return ExitCode::interrupted;
        }
        return any_failed || !supervised ? ExitCode::failed : ExitCode::ok;
    }

    void say(std::string_view text) {
        if (!context_.json()) {
            context_.err().line(text);
        }
    }

    void narrate(const std::stop_token& stop) {
        ProgressPrinter progress(context_.err(), width_);
        auto events = manager_.subscribe();
        while (auto item = events.next(stop)) {
            if (context_.json()) {
                context_.out().line(json_of(*item));
            } else {
                progress.print(*item);
            }
            follow_logs(item->event);
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

    void finish_narration() {
        narrator_.request_stop();
        narrator_.join();
    }

    Context& context_;
    const UpOptions& options_;
    const std::size_t width_;
    Target target_;
    LifecycleManager manager_;
    LogPrinter printer_;
    LogFollower follower_;
    std::jthread narrator_;
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
              std::move(*plan))
        .run();
}

} // namespace fairlead::host
