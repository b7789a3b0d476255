// SPDX-License-Identifier: MIT
#pragma once

#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <fairlead/error.hpp>
#include <fairlead/export.hpp>
#include <fairlead/runtime.hpp>

/// Projects for one run of a program, such as a test: names that no other run uses, and the removal of
/// what runs that were killed have left behind.
namespace fairlead {

/// `<base>-<pid>-<start time>-<count>`: a project's name that no other process on this machine uses, and
/// that this one gives out once. `base` follows the rules of a project's name; at most 32 characters keep
/// the result within its 63. Never blocks; threads: any.
[[nodiscard]] FAIRLEAD_API std::string unique_project(std::string_view base);

struct SweepOptions {
    /// Also what belongs to processes that cannot be looked at from here: those of another boot and those
    /// of another pid namespace, that is of another container. Safe only where nobody else, on no other
    /// machine and in no other container, works on this engine under this base.
    bool unknown_owners = false;
};

/// Effect: removes every project that `unique_project(base)` has named for a process which no longer
/// lives: its containers, which are killed, its networks, and its volumes with their data.
///
/// A project is removed only if all of its containers say so: their owner label must name a process of
/// this boot and this pid namespace that is gone (or whose pid has been given to another process since),
/// and it must be the very process that is in the project's name. So neither a project that a person has
/// named, such as one left running by `fairlead up -d`, nor one of a living process is ever touched. A
/// process that has ended but was not waited for by its parent still counts as living.
/// Result: the names of the removed projects. A network or volume without any container is not found.
/// Absent: nothing to remove is success; another sweep at the same time does no harm.
/// Errors: those of `ContainerRuntime::list_all`; the first failure to remove, with the others as its
/// `cleanup_failures`, once everything else is removed.
/// Blocking: as long as the removals take, one project after the other; cancellable within 100 ms.
[[nodiscard]] FAIRLEAD_API Result<std::vector<std::string>> sweep(ContainerRuntime& runtime,
                                                                  std::string_view base,
                                                                  const SweepOptions& options = {},
                                                                  std::stop_token stop = {});

} // namespace fairlead
