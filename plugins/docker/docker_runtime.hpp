// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string_view>

#include <fairlead/runtime.hpp>

#include "cleaner.hpp"
#include "common/health_memory.hpp"
#include "common_names.hpp"
#include "containers.hpp"
#include "engine.hpp"
#include "event_hub.hpp"
#include "health_waiter.hpp"
#include "images.hpp"
#include "networks.hpp"
#include "options.hpp"
#include "starter.hpp"
#include "volumes.hpp"

namespace fairlead::docker {

/// A Docker engine behind its HTTP interface. Making one contacts nobody.
class DockerRuntime final : public ContainerRuntime {
public:
    /// Errors: those of `parse_options` and `resolve_endpoint`.
    static Result<std::unique_ptr<ContainerRuntime>> create(std::string_view options);

    DockerRuntime(Endpoint endpoint, std::filesystem::path config, const Options& options);
    ~DockerRuntime() override;

private:
    Result<ContainerId> do_start(const ContainerSpec& spec, std::stop_token stop,
                                 const StartObserver& observer) override;
    Result<void> do_stop(const ContainerId& id, std::chrono::milliseconds grace,
                         std::stop_token stop) override;
    Result<void> do_remove(std::string_view name, std::stop_token stop) override;
    Result<ContainerStatus> do_inspect(const ContainerId& id, std::stop_token stop) override;
    Result<void> do_wait_healthy(const ContainerId& id, std::chrono::milliseconds timeout,
                                 std::stop_token stop) override;
    Result<std::unique_ptr<LogStream>> do_logs(const ContainerId& id, const LogOptions& options,
                                               std::stop_token stop) override;
    Result<std::vector<ContainerStatus>> do_list(std::string_view project, std::stop_token stop) override;
    Result<std::unique_ptr<EventSource>> do_watch(std::string_view project) override;
    Result<void> do_ensure_network(const NetworkSpec& network, std::stop_token stop) override;
    Result<void> do_remove_network(std::string_view project, std::stop_token stop) override;
    Result<void> do_remove_volumes(std::string_view project, std::stop_token stop) override;
    [[nodiscard]] Capabilities do_capabilities() const noexcept override;
    Result<EngineVersion> do_version(std::stop_token stop) override;

    // In this order: each may use what stands before it until it is destroyed.
    Engine engine_;
    Containers containers_;
    Networks networks_;
    Volumes volumes_;
    Images images_;
    HealthMemory memory_{HealthMemory::Output::engine_first};
    Cleaner cleaner_;
    Starter starter_;
    EventHub hub_;
    HealthWaiter waiter_;
};

} // namespace fairlead::docker
