// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <stop_token>
#include <string_view>

#include <fairlead/error.hpp>

#include "descriptor.hpp"

namespace fairlead {

/// Keeps those apart that would change one project of this machine at the same time, be they threads or
/// processes, and whoever's they are.
///
/// It is a listening unix socket of an abstract name (unix(7)): the kernel frees the name when its holder
/// dies, however that happens, so that nothing is left behind and no stored process id is ever trusted;
/// who waits is connected to it, so that the end of the holder wakes it; and the kernel tells who the
/// holder is. Network namespaces have names of their own: processes in different ones are not kept apart.
class ProjectLock {
public:
    /// Waits until nobody else holds the project. `busy` is called, once for each holder waited for, with
    /// a `project_busy` that names it.
    /// Errors: `cancelled`, within 100 ms; `internal` when the system gives no sockets.
    [[nodiscard]] static Result<ProjectLock> acquire(std::string_view project,
                                                     const std::stop_token& stop,
                                                     const std::function<void(const Error&)>& busy);

private:
    explicit ProjectLock(Descriptor socket) : socket_(std::move(socket)) {}

    Descriptor socket_;
};

} // namespace fairlead
