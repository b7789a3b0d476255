// SPDX-License-Identifier: MIT
#include <algorithm>
#include <iterator>
#include <optional>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include <fairlead/running_stack.hpp>
#include <fairlead/runtime_config.hpp>
#include <fairlead/stack_file.hpp>
#include <fairlead/suggestion.hpp>

#include "mailbox.hpp"

namespace fairlead {
namespace {

/// Selects the services and puts into their specs what their waits need.
Result<LifecyclePlan> plan_of(const Stack& stack, const RunningStackOptions& options) {
    auto services = select_services(stack, options.services, options.profiles);
    if (!services) {
        return std::unexpected(std::move(services.error()));
    }
    for (const auto& [name, wait] : options.waits) {
        const auto service = std::ranges::find_if(
            *services, [&name](const Service& each) { return each.container.service == name; });
        if (service == services->end()) {
            return fail({.code = Errc::invalid_spec,
                         .operation = "wait for",
                         .subject = name,
                         .message = fmt::format("no such service of {} is started", stack.name)});
        }
        if (auto prepared = prepare(wait, service->container); !prepared) {
            return std::unexpected(std::move(prepared.error()));
        }
    }
    return LifecyclePlan::create(std::move(*services));
}

Error not_found(std::string subject, std::string message) {
    return {.code = Errc::not_found,
            .operation = "find endpoint of",
            .subject = std::move(subject),
            .message = std::move(message)};
}

void add_failure(Error& error, Result<void> cleanup) {
    if (!cleanup) {
        error.cleanup_failures.push_back(std::move(cleanup.error()));
    }
}

} // namespace

/// Its destructor is that of the stack.
class [[gnu::visibility("hidden")]] RunningStack::Impl {
public:
    Impl(std::shared_ptr<ContainerRuntime> runtime, std::string project, LifecyclePlan plan,
         RunningStackOptions options)
        : runtime_(std::move(runtime)), project_(std::move(project)), options_(std::move(options)),
          manager_(runtime_, project_, std::move(plan), options_.lifecycle) {}
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    ~Impl() {
        if (auto done = down({}); !done && options_.on_down_failure) {
            options_.on_down_failure(done.error());
        }
    }

    Result<void> up(const std::stop_token& stop) {
        if (auto started = manager_.start_all(stop); !started) {
            // It has undone itself, but for the volumes.
            add_failure(started.error(), remove_volumes({}));
            return started;
        }
        up_ = true;
        auto ready = await_all(stop);
        if (!ready) {
            // Half of an undoing is worse than none, so it is not cancellable.
            add_failure(ready.error(), down({}));
            // Once is enough: what is left over has been told.
            up_ = false;
        }
        return ready;
    }

    Result<void> down(const std::stop_token& stop) {
        if (!up_) {
            return {};
        }
        if (auto stopped = manager_.stop_all(stop); !stopped) {
            return stopped;
        }
        auto removed = remove_volumes(stop);
        up_ = !removed;
        return removed;
    }

    [[nodiscard]] Result<Endpoint> endpoint(std::string_view service, std::uint16_t container_port,
                                            Protocol protocol) const;

    [[nodiscard]] const std::string& project() const { return project_; }
    [[nodiscard]] const std::shared_ptr<ContainerRuntime>& runtime() const { return runtime_; }
    [[nodiscard]] LifecycleManager& manager() { return manager_; }

private:
    Result<void> remove_volumes(const std::stop_token& stop) {
        return options_.remove_volumes ? runtime_->remove_volumes(project_, stop) : Result<void>{};
    }
    Result<void> await_all(const std::stop_token& stop);
    Result<void> await(const std::string& service, const Wait& wait, const std::stop_token& stop);
    [[nodiscard]] Result<ContainerId> container_of(std::string_view service) const;

    const std::shared_ptr<ContainerRuntime> runtime_;
    const std::string project_;
    const RunningStackOptions options_;
    LifecycleManager manager_;
    bool up_ = false;
};

/// All services at once, so that the first failure is found first; it ends the waiting for the others.
Result<void> RunningStack::Impl::await_all(const std::stop_token& stop) {
    std::stop_source over;
    const std::stop_callback cancel(stop, [&over] { over.request_stop(); });
    Mailbox<Result<void>> reports;
    std::vector<std::jthread> waiting;
    for (const auto& each : options_.waits) {
        waiting.emplace_back(
            [&, token = over.get_token()] { reports.post(await(each.first, each.second, token)); });
    }
    Result<void> first;
    for (std::size_t i = 0; i < waiting.size(); ++i) {
        // Not cancellable itself: each waiting is, and then reports.
        auto report = reports.take({}).value();
        if (first && !report) {
            first = std::move(report);
            over.request_stop();
        }
    }
    return first;
}

Result<void> RunningStack::Impl::await(const std::string& service, const Wait& wait,
                                       const std::stop_token& stop) {
    const auto id = container_of(service);
    if (!id) {
        return std::unexpected(id.error());
    }
    return wait_for(*runtime_, *id, wait, stop);
}

Result<ContainerId> RunningStack::Impl::container_of(std::string_view service) const {
    const std::vector<ServiceView> views = manager_.snapshot();
    const auto view = std::ranges::find(views, service, &ServiceView::service);
    if (view != views.end() && !view->id.value().empty()) {
        return view->id;
    }
    std::vector<std::string_view> known;
    std::ranges::transform(views, std::back_inserter(known), &ServiceView::service);
    Error error = not_found(std::string(service), view == views.end()
                                                      ? fmt::format("{} has no such service", project_)
                                                      : "it has no container");
    if (const auto word = closest_word(service, known); word && view == views.end()) {
        error.hint = fmt::format("Did you mean \"{}\"?", *word);
    }
    return fail(std::move(error));
}

Result<Endpoint> RunningStack::Impl::endpoint(std::string_view service, std::uint16_t container_port,
                                              Protocol protocol) const {
    const auto id = container_of(service);
    if (!id) {
        return std::unexpected(id.error());
    }
    const auto status = runtime_->inspect(*id);
    if (!status) {
        return std::unexpected(status.error());
    }
    if (auto endpoint = find_endpoint(status->ports, container_port, protocol)) {
        return *std::move(endpoint);
    }
    const std::string published = to_string(status->ports);
    return fail(not_found(std::string(service),
                          fmt::format("it does not publish port {}/{}; published: {}", container_port,
                                      to_string(protocol), published.empty() ? "none" : published)));
}

RunningStack::RunningStack(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RunningStack::RunningStack(RunningStack&&) noexcept = default;
RunningStack& RunningStack::operator=(RunningStack&&) noexcept = default;
RunningStack::~RunningStack() = default;

Result<RunningStack> RunningStack::up(const std::filesystem::path& file, RunningStackOptions options,
                                      std::stop_token stop) {
    const auto read = read_stack_file(file, {.project = options.project, .environment = {}});
    if (!read) {
        return std::unexpected(read.error());
    }
    const auto user = read_user_config();
    if (!user) {
        return std::unexpected(user.error());
    }
    auto runtime = load_runtime(select_runtime({}, read->stack.runtime, *user));
    if (!runtime) {
        return std::unexpected(std::move(runtime.error()));
    }
    return up(read->stack, std::move(*runtime), std::move(options), std::move(stop));
}

Result<RunningStack> RunningStack::up(const Stack& stack, std::shared_ptr<ContainerRuntime> runtime,
                                      RunningStackOptions options, std::stop_token stop) {
    auto plan = plan_of(stack, options);
    if (!plan) {
        return std::unexpected(std::move(plan.error()));
    }
    auto impl =
        std::make_unique<Impl>(std::move(runtime), stack.name, std::move(*plan), std::move(options));
    if (auto ready = impl->up(stop); !ready) {
        return std::unexpected(std::move(ready.error()));
    }
    return RunningStack(std::move(impl));
}

Result<void> RunningStack::down(std::stop_token stop) {
    return impl_ ? impl_->down(stop) : Result<void>{};
}

Result<Endpoint> RunningStack::endpoint(std::string_view service, std::uint16_t container_port,
                                        Protocol protocol) const {
    return impl_->endpoint(service, container_port, protocol);
}

const std::string& RunningStack::project() const noexcept {
    return impl_->project();
}
const std::shared_ptr<ContainerRuntime>& RunningStack::runtime() const noexcept {
    return impl_->runtime();
}
LifecycleManager& RunningStack::manager() const noexcept {
    return impl_->manager();
}

} // namespace fairlead
