// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fairlead/labels.hpp>
#include <fairlead/runtime.hpp>

namespace fairlead::test {

/// An engine that another one does the work of, and whose containers belong to whom a test says.
class RelabellingRuntime : public ContainerRuntime {
public:
    explicit RelabellingRuntime(std::shared_ptr<ContainerRuntime> engine);
    ~RelabellingRuntime() override;

    /// The owner label of a container, by its name; absent: what the engine says.
    std::map<std::string, std::string> owners;

private:
    Result<std::vector<ContainerStatus>> do_list(std::string_view project,
                                                 std::stop_token stop) override {
        auto listed = project.empty() ? engine_->list_all(stop) : engine_->list(project, stop);
        if (listed) {
            for (ContainerStatus& container : *listed) {
                if (const auto owner = owners.find(container.name); owner != owners.end()) {
                    container.labels[std::string(labels::owner)] = owner->second;
                }
            }
        }
        return listed;
    }

    Result<ContainerId> do_start(const ContainerSpec& spec, std::stop_token stop,
                                 const StartObserver& observer) override {
        return engine_->start(spec, stop, observer);
    }
    Result<void> do_stop(const ContainerId& id, std::chrono::milliseconds grace,
                         std::stop_token stop) override {
        return engine_->stop(id, grace, stop);
    }
    Result<void> do_remove(std::string_view name, std::stop_token stop) override {
        return engine_->remove(name, stop);
    }
    Result<ContainerStatus> do_inspect(const ContainerId& id, std::stop_token stop) override {
        return engine_->inspect(id, stop);
    }
    Result<void> do_wait_healthy(const ContainerId& id, std::chrono::milliseconds timeout,
                                 std::stop_token stop) override {
        return engine_->wait_healthy(id, timeout, stop);
    }
    Result<std::unique_ptr<LogStream>> do_logs(const ContainerId& id, const LogOptions& options,
                                               std::stop_token stop) override {
        return engine_->logs(id, options, stop);
    }
    Result<std::unique_ptr<EventSource>> do_watch(std::string_view) override {
        return fail({.code = Errc::unsupported});
    }
    Result<void> do_ensure_network(const NetworkSpec& network, std::stop_token stop) override {
        return engine_->ensure_network(network, stop);
    }
    Result<void> do_remove_network(std::string_view project, std::stop_token stop) override {
        return engine_->remove_network(project, stop);
    }
    Result<void> do_remove_volumes(std::string_view project, std::stop_token stop) override {
        return engine_->remove_volumes(project, stop);
    }
    [[nodiscard]] Capabilities do_capabilities() const noexcept override {
        return engine_->capabilities();
    }
    Result<EngineVersion> do_version(std::stop_token stop) override { return engine_->version(stop); }

    std::shared_ptr<ContainerRuntime> engine_;
};

} // namespace fairlead::test
