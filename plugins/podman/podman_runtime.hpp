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
#include "health_probe.hpp"
#include "health_waiter.hpp"
#include "networks.hpp"
#include "starter.hpp"
#include "volumes.hpp"

namespace fairlead::podman {

/// The engine behind the `podman` command.
class PodmanRuntime final : public ContainerRuntime {
public:
    /// Runs nothing yet.
    /// Errors: those of `parse_options`.
    static Result<std::unique_ptr<ContainerRuntime>> create(std::string_view options);

    explicit PodmanRuntime(const Options& options);
    ~PodmanRuntime() override;

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

    // What is above outlives what is below: the cleaner ends first, the launcher in the engine last.
    Engine engine_;
    Containers containers_{engine_};
    Networks networks_{engine_};
    Volumes volumes_{engine_};
    HealthMemory memory_{HealthMemory::Output::own};
    HealthProbe probe_{engine_};
    Cleaner cleaner_{containers_};
    Starter starter_{engine_, networks_, volumes_, cleaner_};
    HealthWaiter waiter_{engine_, containers_, probe_, memory_, cleaner_};
};

/// The version in what `podman --version` prints, such as `4.3.1`; empty when there is none.
[[nodiscard]] std::string read_version(std::string_view text);

/// Whether a version is one that this plugin knows: 4.3 to 5.x.
[[nodiscard]] bool is_known_version(std::string_view version);

} // namespace fairlead::podman
