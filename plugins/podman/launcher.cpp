// SPDX-License-Identifier: MIT
#include "launcher.hpp"

#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstring>
#include <exception>
#include <mutex>
#include <set>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "process_state.hpp"
#include "program_path.hpp"

namespace fairlead::podman {

/// The launcher's thread and what runs in it.
class Launcher::Loop {
public:
    Loop() : guard_(context.get_executor()) {
        // The thread must not be the one that takes the host's signals, nor die of a closed pipe.
        sigset_t all;
        sigset_t before;
        sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &before);
        thread_ = std::thread([this] { context.run(); });
        ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    }
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    ~Loop() {
        {
            std::unique_lock lock(mutex_);
            none_left_.wait(lock, [this] { return live_.empty(); });
        }
        guard_.reset();
        thread_.join();
    }

    void add(const std::shared_ptr<Process::State>& state) {
        const std::lock_guard lock(mutex_);
        live_.insert(state);
    }

    void remove(const std::shared_ptr<Process::State>& state) {
        const std::lock_guard lock(mutex_);
        live_.erase(state);
        none_left_.notify_all();
    }

    boost::asio::io_context context{1};

private:
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_;
    std::thread thread_;
    std::mutex mutex_;
    std::condition_variable none_left_;
    std::set<std::shared_ptr<Process::State>> live_;
};

Launcher::Launcher(std::string program, std::vector<std::string> environment)
    : program_(std::move(program)), environment_(std::move(environment)),
      loop_(std::make_unique<Loop>()) {}

Launcher::~Launcher() = default;

Result<Process> Launcher::start(const Call& call, const Command& command) {
    const auto program = find_program(program_, environment_);
    if (!program) {
        return call.failed(Errc::unavailable, fmt::format("there is no program '{}'", program_),
                           "Install podman, or name the program in the option 'path'.");
    }
    auto state = std::make_shared<Process::State>(
        loop_->context, [loop = loop_.get()](const auto& ended) { loop->remove(ended); });
    loop_->add(state);
    boost::asio::post(loop_->context, [this, state, program, &command] {
        try {
            state->launch(*program, command, environment_);
        } catch (const std::exception&) {
            state->report_launch(EAGAIN);
        }
    });
    std::unique_lock lock(state->mutex);
    state->changed.wait(lock, [&state] { return state->launch_error.has_value(); });
    if (const int error = *state->launch_error; error != 0) {
        lock.unlock();
        loop_->remove(state);
        return call.failed(Errc::unavailable, fmt::format("'{}' cannot be executed: {}",
                                                          program->string(), std::strerror(error)));
    }
    lock.unlock();
    return Process(std::move(state));
}

Result<Finished> Launcher::run(const Call& call, const Command& command, Clock::time_point deadline,
                               const PieceObserver& observer) {
    if (call.stop.stop_requested()) {
        return call.cancelled();
    }
    auto process = start(call, command);
    if (!process) {
        return std::unexpected(std::move(process.error()));
    }
    return collect(call, *process, deadline, observer);
}

} // namespace fairlead::podman
