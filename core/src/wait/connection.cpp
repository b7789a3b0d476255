// SPDX-License-Identifier: MIT
#include "connection.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <system_error>

#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

namespace fairlead {
namespace {

std::unexpected<std::string> failed(int error = errno) {
    return std::unexpected(std::generic_category().message(error));
}

using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

/// Numeric only, so it never blocks.
Addresses resolve(const Endpoint& endpoint) {
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(endpoint.host.c_str(), fmt::format("{}", endpoint.port).c_str(), &hints, &found) !=
        0) {
        found = nullptr;
    }
    return {found, &::freeaddrinfo};
}

} // namespace

Connection::Connection(const std::stop_token& stop, Clock::time_point deadline)
    : deadline_(deadline), stopping_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      on_stop_(stop, [this] { ::eventfd_write(stopping_.get(), 1); }) {}

Connection::Outcome<void> Connection::connect(const Endpoint& endpoint) {
    const Addresses address = resolve(endpoint);
    if (!address) {
        return std::unexpected("not a numeric address");
    }
    socket_ = Descriptor(::socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket_.valid() || !stopping_.valid()) {
        return failed();
    }
    if (::connect(socket_.get(), address->ai_addr, address->ai_addrlen) == 0) {
        return {};
    }
    if (errno != EINPROGRESS) {
        return failed();
    }
    if (auto ready = wait(POLLOUT); !ready) {
        return ready;
    }
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) {
        return failed();
    }
    return error == 0 ? Outcome<void>{} : failed(error);
}

Connection::Outcome<void> Connection::send(std::string_view text) {
    while (!text.empty()) {
        if (auto ready = wait(POLLOUT); !ready) {
            return ready;
        }
        const ssize_t sent = ::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN && errno != EINTR) {
            return failed();
        }
        text.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(sent, 0)));
    }
    return {};
}

Connection::Outcome<std::size_t> Connection::receive(std::span<char> buffer) {
    for (;;) {
        if (auto ready = wait(POLLIN); !ready) {
            return std::unexpected(std::move(ready.error()));
        }
        const ssize_t received = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
        if (received >= 0) {
            return static_cast<std::size_t>(received);
        }
        if (errno != EAGAIN && errno != EINTR) {
            return failed();
        }
    }
}

Connection::Outcome<bool> Connection::stirs_within(std::chrono::milliseconds time) {
    const Wake wake = wait(POLLIN, Clock::now() + time);
    if (wake == Wake::stopped) {
        return std::unexpected("cancelled");
    }
    return wake == Wake::ready;
}

Connection::Outcome<void> Connection::wait(short events) const {
    switch (wait(events, deadline_)) {
    case Wake::ready:
        return {};
    case Wake::late:
        return std::unexpected("no answer in time");
    case Wake::stopped:
        break;
    }
    return std::unexpected("cancelled");
}

Connection::Wake Connection::wait(short events, Clock::time_point until) const {
    std::array<pollfd, 2> descriptors{pollfd{socket_.get(), events, 0},
                                      pollfd{stopping_.get(), POLLIN, 0}};
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
        const int ready = ::poll(descriptors.data(), descriptors.size(),
                                 static_cast<int>(std::max<decltype(left)>(left, 0)));
        if (ready > 0) {
            return descriptors[1].revents != 0 ? Wake::stopped : Wake::ready;
        }
        if (ready == 0) {
            return Wake::late;
        }
    }
}

} // namespace fairlead
