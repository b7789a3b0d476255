// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <queue>
#include <stop_token>
#include <string>
#include <vector>

#include <fairlead/lifecycle_manager.hpp>

#include "crew.hpp"
#include "service_start.hpp"
#include "start_timeline.hpp"

namespace fairlead {

/// One start of a plan's services, or of some of them, from the first look at the engine to the last
/// report.
///
/// The calling thread coordinates: it alone touches the graph's bookkeeping. Each active service has a
/// thread of the crew, for a `ServiceStart` that blocks in the engine's calls and posts what came of
/// them; a service that waits for its dependencies has none.
class StartRun {
public:
    struct Request {
        /// Only these are started; what they depend on otherwise is taken to be as it should.
        std::vector<std::size_t> services;
        Recreate recreate = Recreate::when_changed;
        /// Whether to look for containers of services that the project no longer has.
        bool orphans = true;
    };

    StartRun(ContainerRuntime& runtime, const std::string& project, const LifecyclePlan& plan,
             const LifecycleOptions& options, ServiceBoard& board, Request request);

    [[nodiscard]] Result<void> run(const std::stop_token& stop);

    /// After `run`.
    [[nodiscard]] StartTimings timings() const { return timeline_.timings(context_.plan); }

private:
    /// How far a service has come; the order of the enumerators is the order of progress.
    enum class Progress { waiting, starting, started, ready, completed, failed };

    using Moment = StartTimeline::Moment;

    Result<void> prepare(const std::stop_token& stop);
    void read_graph();
    Result<void> compare(const std::stop_token& stop);
    Result<void> handle_orphans(std::vector<ContainerStatus> strangers, const std::stop_token& stop);
    void coordinate(const std::stop_token& stop);
    void launch_ready();
    [[nodiscard]] bool keep_as_it_is(std::size_t service);
    void handle(const ServiceReport& report);
    void advance(std::size_t service, Progress progress, Moment at);
    void handle_failure(std::size_t service, Error error, Moment at);
    [[nodiscard]] Error about_service(std::size_t service, Error error) const;
    [[nodiscard]] bool is_optional(std::size_t service) const;
    void satisfy(std::size_t service, DependencyCondition condition, Moment at);
    void satisfy_rest(std::size_t service, Progress before, Moment at);

    [[nodiscard]] Error undo(Error first);
    [[nodiscard]] std::vector<ContainerStatus> started_here();
    [[nodiscard]] std::vector<ContainerStatus> untouched() const;
    void settle_board(Error& first, const std::vector<ContainerStatus>& left);
    [[nodiscard]] std::vector<bool> dependents_of_failed() const;
    [[nodiscard]] std::string chain_to(std::size_t service) const;

    StartContext context_;
    const std::string& project_;
    const Request request_;
    StartTimeline timeline_;

    std::stop_source workers_stop_;
    /// Services that have a thread.
    std::size_t working_ = 0;
    std::size_t starting_ = 0;

    std::vector<bool> requested_;
    std::vector<Progress> progress_;
    std::vector<std::size_t> unmet_;
    std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready_;
    /// Services that this run has begun to start or to wait for, in that order.
    std::vector<std::size_t> touched_;
    std::vector<std::size_t> cancelled_starts_;
    bool cancelled_ = false;
    std::optional<Error> first_failure_;
    /// Whose failure it is; nobody's if it is a cancellation.
    std::optional<std::size_t> failed_service_;
    /// What failures after the first one say that they have left behind.
    std::vector<Error> left_over_;

    // Last: its threads use everything above.
    Crew crew_;
};

} // namespace fairlead
