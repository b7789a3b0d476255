// SPDX-License-Identifier: MIT
#include "project_lock.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <system_error>

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "pause.hpp"
#include "project_name.hpp"

namespace fairlead {
namespace {

struct Address {
    sockaddr_un name{};
    socklen_t size = 0;

    [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&name); }
};

/// It fits: a project's name has at most 63 characters.
Address address_of(std::string_view project) {
    const std::string text = fmt::format("fairlead.project.{}", project);
    Address address;
    address.name.sun_family = AF_UNIX;
    // The first byte stays zero: that is what makes the name an abstract one.
    std::ranges::copy(text, address.name.sun_path + 1);
    address.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + text.size());
    return address;
}

Error lock_error(Errc code, std::string_view project, std::string message) {
    return {.code = code,
            .operation = "lock project",
            .subject = std::string(project),
            .message = std::move(message)};
}

Error system_error(std::string_view project, int number) {
    return lock_error(Errc::internal, project, std::generic_category().message(number));
}

Error busy_error(std::string_view project, int connection) {
    ucred holder{};
    socklen_t size = sizeof(holder);
    std::string who = "another process";
    // Process 0 is one of another namespace.
    if (::getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &holder, &size) == 0 && holder.pid > 0) {
        std::string name;
        std::ifstream file(fmt::format("/proc/{}/comm", holder.pid));
        std::getline(file, name);
        who = fmt::format("process {}{}", holder.pid, name.empty() ? "" : " (" + name + ")");
        if (holder.pid == ::getpid()) {
            who = "another call of this process";
        }
    }
    Error error = lock_error(Errc::project_busy, project,
                             fmt::format("{} is changing project {}; waiting", who, project));
    error.hint = "Its end, however it comes, lets this one go on.";
    return error;
}

Descriptor unix_socket() {
    return Descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

/// Returns once the other end of the connection is gone or `stop` is asked for.
void await_hangup(int connection, const std::stop_token& stop) {
    const Descriptor wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    const std::stop_callback on_stop(stop, [&wake] {
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto written = ::write(wake.get(), &one, sizeof(one));
    });
    // Without an eventfd, which only a process out of descriptors has to do without, it looks again.
    const int timeout = wake.valid() ? -1 : static_cast<int>(first_pause.count());
    std::array<pollfd, 2> waiting{pollfd{connection, POLLIN, 0}, pollfd{wake.get(), POLLIN, 0}};
    while (::poll(waiting.data(), waiting.size(), timeout) < 0 && errno == EINTR) {
    }
}

} // namespace

Result<ProjectLock> ProjectLock::acquire(std::string_view project, const std::stop_token& stop,
                                         const std::function<void(const Error&)>& busy) {
    if (auto valid = check_project("lock project", project); !valid) {
        return std::unexpected(std::move(valid.error()));
    }
    const Address address = address_of(project);
    while (!stop.stop_requested()) {
        Descriptor own = unix_socket();
        if (!own.valid()) {
            return fail(system_error(project, errno));
        }
        if (::bind(own.get(), address.get(), address.size) == 0 && ::listen(own.get(), SOMAXCONN) == 0) {
            return ProjectLock(std::move(own));
        }
        if (errno != EADDRINUSE) {
            return fail(system_error(project, errno));
        }
        const Descriptor connection = unix_socket();
        if (::connect(connection.get(), address.get(), address.size) == 0) {
            busy(busy_error(project, connection.get()));
            await_hangup(connection.get(), stop);
        } else if (!pause(first_pause, stop)) {
            // It was just beginning or ending to hold, or more wait than the system lets wait.
            break;
        }
    }
    return fail(lock_error(Errc::cancelled, project, "cancelled"));
}

} // namespace fairlead
