// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fairlead/runtime.hpp>
#include <fairlead/testing/fake_control.hpp>

#include "backdoor.hpp"
#include "behaviour.hpp"
#include "check.hpp"
#include "timer.hpp"

namespace fairlead::conformance {

/// What the suite runs against, found out once.
struct Setting {
    std::string runtime;
    std::string image;
    /// `HOST:PORT`; empty: none.
    std::string registry;
    Backdoor backdoor;
    /// Makes a runtime from options.
    std::function<Result<std::shared_ptr<ContainerRuntime>>(const std::string&)> load;
    Capabilities capabilities;
    bool in_memory = false;
};

/// Everything that one container wrote, and how it ended.
struct Output {
    std::string out;
    std::string err;
    std::vector<LogChunk> chunks;
    int exit_code = -1;
};

/// What one case works with: a runtime of its own, a project of its own, and a clean-up that also
/// takes place after a failure. Every call of the runtime in here ends when the case's time is over.
/// Threads: any, but for what ends with the case.
class Bench {
public:
    Bench(const Setting& setting, std::string project, std::stop_token interrupted);
    Bench(const Bench&) = delete;
    Bench& operator=(const Bench&) = delete;
    ~Bench();

    [[nodiscard]] const Setting& setting() const { return setting_; }
    [[nodiscard]] ContainerRuntime& runtime() { return *runtime_; }
    /// A second one, as another process would have it.
    [[nodiscard]] std::shared_ptr<ContainerRuntime> another_runtime();
    [[nodiscard]] const std::string& project() const { return project_; }
    [[nodiscard]] const std::string& other_project() const { return other_project_; }
    [[nodiscard]] std::stop_token stop() const { return stop_.get_token(); }

    /// A container without a network, which is the fastest, or on that of an engine which has no other.
    /// It runs until it is stopped.
    [[nodiscard]] ContainerSpec spec(const std::string& service = "main",
                                     const Behaviour& behaviour = {});
    /// One that runs a shell script; for cases that need processes.
    [[nodiscard]] ContainerSpec shell(const std::string& script, const std::string& service = "main");

    /// Throws `Refusal` when the engine refuses a field of it as the contract allows.
    Result<ContainerId> try_start(const ContainerSpec& spec);
    ContainerId start(const ContainerSpec& spec, const Where& where = Where::current());
    ContainerStatus inspect(const ContainerId& id, const Where& where = Where::current());
    /// Starts it, waits for its end, and returns what it wrote.
    Output run(const ContainerSpec& spec, const Where& where = Where::current());
    /// Waits for the end of a container and returns what it wrote.
    Output finish(const ContainerId& id, const LogOptions& options = {.follow = true},
                  const Where& where = Where::current());
    /// Runs a shell script in such a container and returns its standard output without the last newline.
    std::string inside(ContainerSpec spec, const std::string& script,
                       const Where& where = Where::current());
    /// The next event of this kind; those of other kinds are passed over.
    ContainerEvent await(EventStream& events, ContainerEventKind kind,
                         const Where& where = Where::current());
    /// Whether such an event comes within the time.
    bool comes_within(EventStream& events, ContainerEventKind kind, std::chrono::milliseconds time);
    /// That no container of the project is there.
    void expect_nothing_left(const Where& where = Where::current());

    /// Makes what is not fairlead's, and removes it in the end.
    ContainerId foreign_container(const std::string& name);
    std::string foreign_network();
    std::string foreign_volume();

    /// An empty folder of the host.
    [[nodiscard]] std::filesystem::path folder();
    /// A file in that folder.
    std::filesystem::path file(const std::string& name, std::string_view content);
    /// A name for an image that the case builds or pulls; it is removed in the end where that can be
    /// done.
    std::string own_image(const std::string& tag = "latest");
    void remove_image_later(std::string name);

    /// What could not be cleaned up; empty if nothing.
    [[nodiscard]] std::string clean_up();

private:
    /// The network mode of containers that need none.
    [[nodiscard]] NetworkMode usual_network() const;

    struct Stopper {
        std::stop_source source;
        void operator()() { source.request_stop(); }
    };

    const Setting& setting_;
    std::string project_;
    std::string other_project_;
    std::stop_source stop_;
    Timer patience_;
    std::stop_callback<Stopper> on_timeout_;
    std::stop_callback<Stopper> on_interrupt_;
    std::shared_ptr<ContainerRuntime> runtime_;
    std::filesystem::path folder_;
    std::vector<std::function<void()>> at_end_;
    std::vector<std::function<void()>> images_;
    bool cleaned_ = false;
};

} // namespace fairlead::conformance
