// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace fairlead::test {

/// A socket on a port of 127.0.0.1 that refuses connections until it listens.
class LoopbackPort {
public:
    LoopbackPort() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        if (::bind(socket_, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
            ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
            throw std::system_error(errno, std::generic_category(), "cannot bind a port of 127.0.0.1");
        }
        number_ = ntohs(address.sin_port);
    }
    LoopbackPort(const LoopbackPort&) = delete;
    LoopbackPort& operator=(const LoopbackPort&) = delete;
    ~LoopbackPort() { ::close(socket_); }

    [[nodiscard]] std::uint16_t number() const { return number_; }
    [[nodiscard]] int socket() const { return socket_; }

private:
    int socket_;
    std::uint16_t number_ = 0;
};

/// Serves one connection after the other: `serve` is given each, with its number from 1.
class LoopbackServer {
public:
    using Serve = std::function<void(int connection, int number)>;

    explicit LoopbackServer(Serve serve) : serve_(std::move(serve)) {
        if (::listen(port_.socket(), 16) != 0) {
            throw std::system_error(errno, std::generic_category(), "cannot listen");
        }
        thread_ = std::jthread([this] { run(); });
    }
    LoopbackServer(const LoopbackServer&) = delete;
    LoopbackServer& operator=(const LoopbackServer&) = delete;
    /// Wakes `accept`, which then fails.
    ~LoopbackServer() { ::shutdown(port_.socket(), SHUT_RDWR); }

    [[nodiscard]] std::uint16_t port() const { return port_.number(); }

private:
    void run() {
        for (int number = 1;; ++number) {
            const int connection = ::accept4(port_.socket(), nullptr, nullptr, SOCK_CLOEXEC);
            if (connection < 0) {
                return;
            }
            serve_(connection, number);
            ::close(connection);
        }
    }

    Serve serve_;
    LoopbackPort port_;
    std::jthread thread_;
};

/// Blocks until the other end has closed, and returns what it has sent.
inline std::string read_to_end(int connection) {
    std::string text;
    std::array<char, 1024> buffer{};
    for (ssize_t count = 0; (count = ::recv(connection, buffer.data(), buffer.size(), 0)) > 0;) {
        text.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return text;
}

/// Reads a request up to its empty line.
inline std::string read_request(int connection) {
    std::string text;
    char c = 0;
    while (!text.ends_with("\r\n\r\n") && ::recv(connection, &c, 1, 0) == 1) {
        text += c;
    }
    return text;
}

inline void send_text(int connection, std::string_view text) {
    ::send(connection, text.data(), text.size(), MSG_NOSIGNAL);
}

} // namespace fairlead::test
