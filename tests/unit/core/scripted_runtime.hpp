// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fairlead/runtime.hpp>

namespace fairlead::test {

/// A runtime of which a test says what each operation does; what it does not say is `unsupported`.
class ScriptedRuntime : public ContainerRuntime {
public:
    ScriptedRuntime();
    ~ScriptedRuntime() override;

    std::function<Result<ContainerId>(const ContainerSpec&)> on_start;
    std::function<Result<std::vector<ContainerStatus>>()> on_list;
    std::function<Result<std::unique_ptr<EventSource>>()> on_watch;
    std::function<Result<void>()> on_stop;
    /// How often the engine was asked anything.
    int calls = 0;

private:
    template <class T, class Function, class... Arguments>
    Result<T> call(const Function& function, Arguments&&... arguments) {
        ++calls;
        if (!function) {
            return fail({.code = Errc::unsupported});
        }
        return function(std::forward<Arguments>(arguments)...);
    }

    Result<ContainerId> do_start(const ContainerSpec& spec, std::stop_token,
                                 const StartObserver&) override {
        return call<ContainerId>(on_start, spec);
    }
    Result<void> do_stop(const ContainerId&, std::chrono::milliseconds, std::stop_token) override {
        return call<void>(on_stop);
    }
    Result<void> do_remove(std::string_view, std::stop_token) override { return call<void>(nothing_); }
    Result<ContainerStatus> do_inspect(const ContainerId&, std::stop_token) override {
        ++calls;
        return fail({.code = Errc::not_found});
    }
    Result<void> do_wait_healthy(const ContainerId&, std::chrono::milliseconds,
                                 std::stop_token) override {
        return call<void>(nothing_);
    }
    Result<std::unique_ptr<LogStream>> do_logs(const ContainerId&, const LogOptions&,
                                               std::stop_token) override {
        ++calls;
        return fail({.code = Errc::not_found});
    }
    Result<std::vector<ContainerStatus>> do_list(std::string_view, std::stop_token) override {
        return call<std::vector<ContainerStatus>>(on_list);
    }
    Result<std::unique_ptr<EventSource>> do_watch(std::string_view) override {
        return call<std::unique_ptr<EventSource>>(on_watch);
    }
    Result<void> do_ensure_network(const NetworkSpec&, std::stop_token) override {
        return call<void>(nothing_);
    }
    Result<void> do_remove_network(std::string_view, std::stop_token) override {
        return call<void>(nothing_);
    }
    Result<void> do_remove_volumes(std::string_view, std::stop_token) override {
        return call<void>(nothing_);
    }
    [[nodiscard]] Capabilities do_capabilities() const noexcept override { return {}; }
    Result<EngineVersion> do_version(std::stop_token) override {
        ++calls;
        return EngineVersion{};
    }

    std::function<Result<void>()> nothing_;
};

} // namespace fairlead::test
