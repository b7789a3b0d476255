// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <fairlead/error.hpp>

#include "common/call.hpp"
#include "common_names.hpp"
#include "process.hpp"

namespace fairlead::podman {

/// Starts processes and looks after them, in one thread of its own.
///
/// A child has a session of its own, so that the terminal's Ctrl-C does not reach it, no descriptor above
/// 2, every signal unblocked and at its default, and the environment that was given here and nothing
/// else.
///
/// Destroying it waits for every process it has started; a process that was asked to end and has not done
/// so within a minute is killed.
/// Threads: any number.
class Launcher {
public:
    /// `program` with a slash is a path; otherwise it is looked for in the PATH of `environment`.
    Launcher(std::string program, std::vector<std::string> environment);
    Launcher(const Launcher&) = delete;
    Launcher& operator=(const Launcher&) = delete;
    ~Launcher();

    /// Errors: `unavailable` when the program is not there or cannot be executed.
    [[nodiscard]] Result<Process> start(const Call& call, const Command& command);

    /// Runs it to its end. `observer` sees each stretch as it comes, in the calling thread.
    ///
    /// Errors: `unavailable`; `cancelled`; `timeout`; `protocol` when its stdout grows beyond all
    /// measure.
    [[nodiscard]] Result<Finished> run(const Call& call, const Command& command,
                                       Clock::time_point deadline = no_deadline,
                                       const PieceObserver& observer = {});

private:
    class Loop;
    const std::string program_;
    const std::vector<std::string> environment_;
    std::unique_ptr<Loop> loop_;
};

} // namespace fairlead::podman
