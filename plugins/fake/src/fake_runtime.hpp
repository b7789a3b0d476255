// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string_view>

#include <fairlead/runtime.hpp>
#include <fairlead/testing/fake_control.hpp>

#include "engine.hpp"

namespace fairlead::fake {

/// The in-memory engine at its two ends: the host's, and the test's.
class FakeRuntime final : public ContainerRuntime, public testing::FakeControl {
public:
    /// Errors: `invalid_spec` naming the option.
    [[nodiscard]] static Result<std::unique_ptr<ContainerRuntime>> create(std::string_view options);

    explicit FakeRuntime(const testing::FakeEngineScript& script);
    ~FakeRuntime() override;

    void script_service(std::string_view service, testing::FakeServiceScript script) override;
    Result<void> set_healthy(std::string_view name) override;
    Result<void> set_unhealthy(std::string_view name, std::string probe_output) override;
    Result<void> exit_container(std::string_view name, int code, bool oom) override;
    Result<void> write_log(std::string_view name, LogSource source, std::string bytes) override;
    Result<void> remove_behind_back(std::string_view name) override;
    Result<ContainerId> add_foreign_container(std::string_view name) override;
    void engine_lost(testing::FakeLossMode mode) override;
    void engine_back() override;
    void fail_next(testing::FakeOperation operation, Errc code, std::string message, int nth,
                   bool lost_reply) override;
    void block(testing::FakeOperation operation, std::string_view service) override;
    void release(testing::FakeOperation operation, std::string_view service) override;
    Result<void> await_blocked(testing::FakeOperation operation, std::string_view service,
                               std::stop_token stop) override;
    Result<void> advance(std::chrono::nanoseconds duration, std::stop_token stop) override;
    std::shared_ptr<void> hold_clock() override;
    Timestamp now() const override;
    std::uint64_t calls(testing::FakeOperation operation) const override;

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

    // Shared with the streams, which may be destroyed later than they should be.
    std::shared_ptr<Engine> engine_;
};

} // namespace fairlead::fake
