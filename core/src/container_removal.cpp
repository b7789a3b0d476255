// SPDX-License-Identifier: MIT
#include "container_removal.hpp"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include <fairlead/labels.hpp>

#include "crew.hpp"
#include "mailbox.hpp"

namespace fairlead {
namespace {

/// Threads at once; each only waits for the engine.
constexpr std::size_t most_at_once = 256;

std::string_view label(const ContainerStatus& container, std::string_view name) {
    const auto found = container.labels.find(std::string(name));
    return found == container.labels.end() ? std::string_view{} : std::string_view(found->second);
}

std::chrono::milliseconds grace_of(const ContainerStatus& container) {
    constexpr std::chrono::milliseconds compose_default = std::chrono::seconds(10);
    const std::string_view text = label(container, labels::stop_grace);
    std::int64_t milliseconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), milliseconds);
    const bool valid = error == std::errc{} && end == text.data() + text.size() && milliseconds >= 0;
    return valid ? std::chrono::milliseconds(milliseconds) : compose_default;
}

/// One removal of several containers; lives on the caller's stack.
class Removal {
public:
    Removal(ContainerRuntime& runtime, const std::vector<ContainerStatus>& containers,
            const TakeDownOptions& options, const std::stop_token& stop)
        : runtime_(runtime), containers_(containers), options_(options), stop_(stop),
          dependencies_(containers.size()), dependents_left_(containers.size()) {
        read_graph();
    }

    std::vector<Error> run() {
        for (std::size_t i = 0; i < containers_.size(); ++i) {
            if (dependents_left_[i] == 0) {
                ready_.push_back(i);
            }
        }
        std::size_t left = containers_.size();
        while (left > 0) {
            if (ready_.empty() && working_ == 0) {
                release_all();
            }
            while (!ready_.empty() && working_ < most_at_once) {
                launch(ready_.front());
                ready_.pop_front();
            }
            // Not cancellable itself: each removal is, and then reports.
            finish(done_.take({}).value());
            --left;
        }
        return std::move(failures_);
    }

private:
    using Done = std::pair<std::size_t, std::optional<Error>>;

    void read_graph() {
        std::map<std::string_view, std::size_t> by_service;
        for (std::size_t i = 0; i < containers_.size(); ++i) {
            by_service.emplace(containers_[i].service, i);
        }
        for (std::size_t i = 0; i < containers_.size(); ++i) {
            std::string_view rest = label(containers_[i], labels::depends_on);
            while (!rest.empty()) {
                const auto end = rest.find(',');
                const auto found = by_service.find(rest.substr(0, end));
                if (found != by_service.end() && found->second != i) {
                    dependencies_[i].push_back(found->second);
                    ++dependents_left_[found->second];
                }
                rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
            }
        }
    }

    /// Labels that contradict each other must not keep anything from being removed.
    void release_all() {
        for (std::size_t i = 0; i < containers_.size(); ++i) {
            if (dependents_left_[i] > 0) {
                dependents_left_[i] = 0;
                ready_.push_back(i);
            }
        }
    }

    void launch(std::size_t i) {
        ++working_;
        crew_.run([this, i] {
            const ContainerStatus& container = containers_[i];
            report({TakeDownProgress::Phase::stopping, container, {}});
            auto removed = stop_and_remove(runtime_, container, options_.grace, stop_);
            if (removed) {
                report({TakeDownProgress::Phase::removed, container, {}});
                done_.post({i, std::nullopt});
            } else {
                report({TakeDownProgress::Phase::failed, container, removed.error()});
                done_.post({i, std::move(removed.error())});
            }
        });
    }

    void finish(Done done) {
        --working_;
        if (done.second) {
            failures_.push_back(std::move(*done.second));
        }
        for (const std::size_t dependency : dependencies_[done.first]) {
            if (dependents_left_[dependency] > 0 && --dependents_left_[dependency] == 0) {
                ready_.push_back(dependency);
            }
        }
    }

    void report(const TakeDownProgress& progress) {
        if (options_.observer) {
            const std::lock_guard lock(observer_mutex_);
            options_.observer(progress);
        }
    }

    ContainerRuntime& runtime_;
    const std::vector<ContainerStatus>& containers_;
    const TakeDownOptions& options_;
    const std::stop_token stop_;
    /// By index: what a container depends on, and how many that depend on it are still there.
    std::vector<std::vector<std::size_t>> dependencies_;
    std::vector<std::size_t> dependents_left_;
    std::deque<std::size_t> ready_;
    std::vector<Error> failures_;
    std::mutex observer_mutex_;
    Mailbox<Done> done_;
    /// Containers that have a thread.
    std::size_t working_ = 0;
    // Last: its threads use everything above.
    Crew crew_;
};

} // namespace

Result<void> stop_and_remove(ContainerRuntime& runtime, const ContainerStatus& container,
                             std::optional<std::chrono::milliseconds> grace,
                             const std::stop_token& stop) {
    if (container.state != ContainerState::stopped) {
        if (auto stopped = runtime.stop(container.id, grace.value_or(grace_of(container)), stop);
            !stopped) {
            // Names are for people, ids are not.
            stopped.error().subject = container.name;
            return stopped;
        }
    }
    return runtime.remove(container.name, stop);
}

std::vector<Error> remove_containers(ContainerRuntime& runtime,
                                     const std::vector<ContainerStatus>& containers,
                                     const TakeDownOptions& options, const std::stop_token& stop) {
    return Removal(runtime, containers, options, stop).run();
}

} // namespace fairlead
