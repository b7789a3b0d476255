// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <fairlead/endpoint.hpp>
#include <fairlead/error.hpp>
#include <fairlead/export.hpp>
#include <fairlead/lifecycle_manager.hpp>
#include <fairlead/runtime.hpp>
#include <fairlead/stack.hpp>
#include <fairlead/wait.hpp>

namespace fairlead {

struct RunningStackOptions {
    /// For a stack file: overrides the project's name that it gives; `unique_project` makes one.
    std::string project{};
    /// Which services, and which profiles are on; see `select_services`.
    std::vector<std::string> services{};
    std::vector<std::string> profiles{};
    /// By service: what it takes, besides its health, until the stack counts as up.
    std::map<std::string, Wait> waits{};
    /// By default a stack begins anew: containers that are there, which a killed process may have left,
    /// are replaced.
    LifecycleOptions lifecycle{.recreate = Recreate::always};
    /// Taking the stack down removes its named volumes as well, with their data.
    bool remove_volumes = false;
    /// Told what could not be taken down by the destructor, which has nobody else to tell. Called in its
    /// thread; must not throw.
    std::function<void(const Error&)> on_down_failure{};
};

/// A stack that is up as long as this object lives, for programs that need it just as long: tests above
/// all. What does not fit the scope of an object uses `LifecycleManager` itself.
///
/// Threads: the functions that are `const` from any thread; `down`, a move and the destructor alone.
/// Ownership: shares the runtime. The destructor takes the stack down, however the scope is left; a
/// process that is killed leaves it behind, and `sweep` finds it if its project was a unique one.
class FAIRLEAD_API RunningStack {
public:
    /// Effect: reads the file, loads the engine that it names (the strongest of `FAIRLEAD_RUNTIME`, the
    /// file and the user's configuration, as `select_runtime` says), and does the same as the other `up`.
    /// Errors: also those of `read_stack_file`, `read_user_config` and `load_runtime`.
    [[nodiscard]] static Result<RunningStack>
    up(const std::filesystem::path& file, RunningStackOptions options = {}, std::stop_token stop = {});

    /// Effect: brings the stack up on the engine as `LifecycleManager::start_all` does, then waits until
    /// all of `waits` are met, at once for all services. These waits do not hold up the services that
    /// depend on one; a healthcheck does, and so does the wait for a command, which is one.
    /// Already so: as `lifecycle.recreate` says; containers that are left alone are taken down as well.
    /// Errors: those of `select_services`, `LifecyclePlan::create`, `prepare`, `start_all` and
    /// `wait_for`, and `invalid_spec` for a wait for a service that is not started. On failure and on
    /// cancellation everything is taken down again; what could not be is in `cleanup_failures`.
    /// Blocking: until all is up, or undone.
    [[nodiscard]] static Result<RunningStack> up(const Stack& stack,
                                                 std::shared_ptr<ContainerRuntime> runtime,
                                                 RunningStackOptions options = {},
                                                 std::stop_token stop = {});

    RunningStack(RunningStack&&) noexcept;
    /// Takes down what was there before.
    RunningStack& operator=(RunningStack&&) noexcept;
    /// As `down`, not cancellable; failures go to `on_down_failure`. Nothing after a `down` that
    /// succeeded or a move.
    ~RunningStack();

    /// Effect: as `LifecycleManager::stop_all`, and removes the volumes if that was asked for.
    /// Already so: success.
    /// Errors: those of `stop_all` and `remove_volumes`. The stack then counts as up: `down` may be
    /// called again, and the destructor tries once more.
    [[nodiscard]] Result<void> down(std::stop_token stop = {});

    /// Where a service's port is reached, as the engine says now.
    /// Errors: `not_found` for a service that has no container, or a port that is not published; those of
    /// `inspect`.
    [[nodiscard]] Result<Endpoint> endpoint(std::string_view service, std::uint16_t container_port,
                                            Protocol protocol = Protocol::tcp) const;

    [[nodiscard]] const std::string& project() const noexcept;
    [[nodiscard]] const std::shared_ptr<ContainerRuntime>& runtime() const noexcept;
    /// For all else: events, snapshots, supervision.
    [[nodiscard]] LifecycleManager& manager() const noexcept;

private:
    class Impl;
    explicit RunningStack(std::unique_ptr<Impl> impl);

    std::unique_ptr<Impl> impl_;
};

} // namespace fairlead
