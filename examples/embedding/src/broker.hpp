// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include <fairlead/running_stack.hpp>

#include "broker_config.hpp"

namespace broker {

/// Prints one line. Called from several threads, one call at a time.
using Print = std::function<void(const std::string& line)>;

/// Lends out one test environment: a stack with a project name of its own.
class Broker {
public:
    Broker(BrokerConfig config, std::shared_ptr<fairlead::ContainerRuntime> runtime, Print print);

    /// Brings the environment up, prints where its services are reached, and reports what becomes of them
    /// until `stop` is asked for or nothing runs any more; then it is taken down.
    ///
    /// Errors: what kept the environment from coming up or from being taken down; `exited` when a service
    /// failed while it was up. `stop` is no error: it is how a broker ends.
    [[nodiscard]] fairlead::Result<void> run(std::stop_token stop);

private:
    [[nodiscard]] fairlead::Result<fairlead::RunningStack> bring_up(std::stop_token stop);
    void print_endpoints(const fairlead::RunningStack& environment) const;
    [[nodiscard]] fairlead::Result<void> attend(fairlead::LifecycleManager& manager,
                                                std::stop_token stop);

    const BrokerConfig config_;
    const std::shared_ptr<fairlead::ContainerRuntime> runtime_;
    const Print print_;
};

} // namespace broker
