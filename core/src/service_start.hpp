// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include <fairlead/lifecycle_manager.hpp>

#include "convergence.hpp"
#include "exit_watch.hpp"
#include "mailbox.hpp"
#include "service_board.hpp"

namespace fairlead {

/// How far a service has come, as its own thread reports it.
struct ServiceReport {
    enum class Outcome { started, ready, completed, failed };

    std::size_t service = 0;
    Outcome outcome = Outcome::failed;
    std::optional<Error> error{};
    /// A start was cancelled: its container may be there for a moment longer.
    bool name_may_be_taken = false;
    std::chrono::steady_clock::time_point at = std::chrono::steady_clock::now();
};

/// What the threads of one start share; it outlives them.
struct StartContext {
    ContainerRuntime& runtime;
    const LifecyclePlan& plan;
    const LifecycleOptions& options;
    ServiceBoard& board;
    /// By service. Not changed while threads run.
    std::vector<ServiceStep> steps{};
    /// Services for whose completion others wait.
    std::vector<bool> awaits_completion{};
    /// Only opened when there are any.
    std::optional<ExitWatch> exits{};
    Mailbox<ServiceReport> reports{};
};

/// The start of one service, in a thread of its own: blocks in the engine's calls and posts what came of
/// them, the last report being that it is ready, has completed or has failed.
class ServiceStart {
public:
    ServiceStart(StartContext& context, std::size_t service);

    void run(const std::stop_token& stop);

private:
    [[nodiscard]] ServiceReport bring_up(const std::stop_token& stop);
    ServiceReport await(const ContainerId& id, const std::stop_token& stop);
    Result<void> remove_existing(const std::stop_token& stop);
    Result<ContainerId> start_container(const std::stop_token& stop);
    void remove_remains(Error& error, const std::stop_token& stop);
    ServiceReport await_ready(const ContainerId& id, const std::stop_token& stop);
    ServiceReport await_completion(const ContainerId& id, const std::stop_token& stop);
    ServiceReport ended_early(const ContainerId& id, Error error, const std::stop_token& stop);
    [[nodiscard]] ServiceReport completed(const ContainerStatus& status);
    [[nodiscard]] ServiceReport failed(Error error) const;

    StartContext& context_;
    const std::size_t service_;
    const Service& declared_;
    const ContainerSpec& spec_;
};

/// Its dependencies, separated by commas, as they go into the label.
[[nodiscard]] std::string names_of(const std::vector<Dependency>& dependencies);

} // namespace fairlead
