// SPDX-License-Identifier: MIT
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fairlead/export.hpp>

namespace fairlead {

/// What went wrong, as far as a program can act on it. The list is closed: a host may switch over it.
enum class Errc {
    /// An argument was rejected before the engine was asked anything. Correct the argument.
    invalid_spec,
    /// The engine cannot honour a field or operation; the message names it.
    unsupported,
    /// The container, network or volume does not exist.
    not_found,
    /// The name is taken, or belongs to something fairlead did not create and will not touch.
    conflict,
    /// The image is absent and may not or cannot be pulled (policy, unknown tag, credentials).
    image_unavailable,
    /// Building the image failed; the build's last output is attached.
    build_failed,
    /// The container was created but its process could not be started; the container is removed.
    start_failed,
    /// A host port that the container publishes is already in use.
    port_in_use,
    /// The container exited while it was waited for; exit code and last log lines are attached.
    exited,
    /// The time given to the operation ran out.
    timeout,
    /// The caller's stop token asked for it.
    cancelled,
    /// The engine cannot be reached: not installed, not running, no permission.
    unavailable,
    /// The engine answered something that its protocol does not allow.
    protocol,
    /// The engine reported a failure of its own (a full disk, an internal error).
    engine_failed,
    /// No plugin of that name is in any of the directories searched; the message lists them.
    plugin_not_found,
    /// A plugin was found and refused: ABI, toolchain, ownership, permissions, or not a plugin.
    plugin_rejected,
    /// A stack or configuration file is missing, malformed or contradicts itself.
    invalid_file,
    /// A service was not started because one it depends on failed.
    dependency_failed,
    /// This service is already being restarted.
    restart_in_progress,
    /// Another process is working on this project.
    project_busy,
    /// A defect: an exception met the library's boundary. Please report it.
    internal,
};

/// The name of a code, as it appears in JSON: `invalid_spec`, `not_found`, …
[[nodiscard]] FAIRLEAD_API std::string_view to_string(Errc code) noexcept;

/// Text that belongs to an error but is not the error: the last log lines, a probe's output.
struct Attachment {
    std::string title;
    std::string text;
};

/// One failure, complete: what a person reads and what a program serialises come from this object.
struct Error {
    Errc code = Errc::internal;
    /// What was being done, as a verb phrase: `start`, `pull image`, `load plugin`.
    std::string operation{};
    /// What it was done to: a container name, a file, an endpoint. May be empty.
    std::string subject{};
    /// What came back, in one sentence, without the operation and the subject.
    std::string message{};
    /// What to do next. May be empty.
    std::string hint{};
    std::vector<Attachment> attachments{};
    /// What led to this error, nearest first.
    std::vector<Error> causes{};
    /// Failures met while undoing what had been done before this error, which stays the first one;
    /// what they name is left over.
    std::vector<Error> cleanup_failures{};
};

/// The error for a person: `operation subject: message`, then causes, attachments, left-overs and
/// the hint, each on lines of their own. No trailing newline.
[[nodiscard]] FAIRLEAD_API std::string to_string(const Error& error);

/// The same as one JSON object with the members of `Error`; empty members are left out.
[[nodiscard]] FAIRLEAD_API std::string to_json(const Error& error);

/// What every fallible function returns. No exception leaves the library.
template <class T>
using Result = std::expected<T, Error>;

/// Wraps an error for returning: `return fail({.code = Errc::timeout, …});`.
[[nodiscard]] inline std::unexpected<Error> fail(Error error) {
    return std::unexpected<Error>(std::move(error));
}

} // namespace fairlead
