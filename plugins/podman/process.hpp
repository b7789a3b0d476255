// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fairlead/error.hpp>

#include "common/call.hpp"
#include "common_names.hpp"

namespace fairlead::podman {

/// What to run, all but the program itself.
struct Command {
    std::vector<std::string> arguments;
    /// What it reads; nothing: an empty stdin.
    std::string input{};
    /// `NAME=value`, in addition to the launcher's own.
    std::vector<std::string> environment{};
    /// Ends when this process is killed; for those that would otherwise run for ever.
    bool dies_with_us = false;
    /// May be asked to end at any moment. Others have a while to finish what they are doing once nobody
    /// waits any more: a podman that is interrupted while it sets up or takes down a container's network
    /// leaves parts of it behind for ever.
    bool interruptible = false;
};

/// A stretch of what the process wrote.
struct Piece {
    bool from_stderr = false;
    std::string bytes;
};

/// How a process ended: an exit code, or 128 plus the signal that ended it.
struct Ending {
    int code = 0;
    bool by_signal = false;
};

class Launcher;

/// A running child process, with both its outputs read as they come. The reading stops while a megabyte
/// waits to be taken, so a fast writer waits as well.
///
/// Destroying it before its end leaves it to the launcher, which goes on reading its output and waits for
/// it; it is asked to end (SIGTERM), at once if it is interruptible, otherwise when it takes too long.
/// Killing podman would leave its helpers behind.
/// Threads: one at a time.
class Process {
public:
    Process(Process&&) noexcept;
    Process& operator=(Process&&) = delete;
    ~Process();

    /// The next stretch of output, or nothing once the process has ended and all is read.
    ///
    /// Errors: `cancelled`, `timeout`; the process runs on.
    [[nodiscard]] Result<std::optional<Piece>> next(const Call& call,
                                                    Clock::time_point deadline = no_deadline);

    /// Once `next` has returned nothing.
    [[nodiscard]] Ending ending() const;

    /// Asks it to end.
    void terminate();

private:
    friend class Launcher;
    struct State;
    explicit Process(std::shared_ptr<State> state);

    std::shared_ptr<State> state_;
};

/// What a process that ran to its end left.
struct Finished {
    Ending ending;
    std::string out;
    /// The end of it, if it is long.
    std::string err;
};

using PieceObserver = std::function<void(const Piece&)>;

/// Reads it to its end. `observer` sees each stretch as it comes, in the calling thread.
///
/// Errors: `cancelled`; `timeout`; `protocol` when its stdout grows beyond all measure.
[[nodiscard]] Result<Finished> collect(const Call& call, Process& process, Clock::time_point deadline,
                                       const PieceObserver& observer);

} // namespace fairlead::podman
