// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <fairlead/lifecycle_manager.hpp>

#include "exit_watch.hpp"
#include "mailbox.hpp"
#include "service_board.hpp"

namespace fairlead {

/// One `LifecycleManager::start_all`, from the first look at the engine to the last report.
///
/// The calling thread coordinates: it alone touches the graph's bookkeeping. Each active service has a
/// thread that blocks in the engine's calls and posts what came of them; a service that waits for its
/// dependencies has none.
class StartRun {
public:
    StartRun(ContainerRuntime& runtime, const std::string& project, const LifecyclePlan& plan,
             const LifecycleOptions& options, ServiceBoard& board);

    [[nodiscard]] Result<void> run(const std::stop_token& stop);

private:
    enum class Outcome { started, ready, completed, failed };

    struct Report {
        std::size_t service;
        Outcome outcome;
        std::optional<Error> error{};
        /// A start was cancelled: its container may be there for a moment longer.
        bool name_may_be_taken = false;
    };

    /// How far a service has come; the order of the enumerators is the order of progress.
    enum class Progress { waiting, starting, started, ready, completed, failed };

    Result<void> prepare(const std::stop_token& stop);
    void coordinate(const std::stop_token& stop);
    void launch_ready();
    void handle(const Report& report);
    void advance(std::size_t service, Progress progress);
    void handle_failure(std::size_t service, Error error);
    [[nodiscard]] bool is_optional(std::size_t service) const;
    void satisfy(std::size_t service, DependencyCondition condition);
    void satisfy_rest(std::size_t service, Progress before);
    void release(std::size_t dependent);

    // In the service's own thread:
    void run_service(std::size_t service, const std::stop_token& stop);
    Result<void> replace_existing(std::size_t service, const std::stop_token& stop);
    Result<ContainerId> start_container(std::size_t service, const std::stop_token& stop);
    Report await_ready(std::size_t service, const ContainerId& id, const std::stop_token& stop);
    Report await_completion(std::size_t service, const ContainerId& id, const std::stop_token& stop);
    Report ended_early(std::size_t service, const ContainerId& id, Error error,
                       const std::stop_token& stop);

    [[nodiscard]] Error undo(Error first);
    [[nodiscard]] std::vector<ContainerStatus> started_here();

    ContainerRuntime& runtime_;
    const std::string& project_;
    const LifecyclePlan& plan_;
    const LifecycleOptions& options_;
    ServiceBoard& board_;

    std::map<std::string, ContainerStatus> existing_;
    /// Only opened when a service waits for another's completion.
    std::unique_ptr<ExitWatch> exits_;
    std::vector<bool> awaits_completion_;

    std::stop_source workers_stop_;
    Mailbox<Report> reports_;
    std::map<std::size_t, std::jthread> workers_;
    std::size_t starting_ = 0;

    std::vector<Progress> progress_;
    std::vector<std::size_t> unmet_;
    std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready_;
    /// Services that this run has begun to start, in that order.
    std::vector<std::size_t> touched_;
    std::vector<std::size_t> cancelled_starts_;
    bool cancelled_ = false;
    std::optional<Error> first_failure_;
};

} // namespace fairlead
