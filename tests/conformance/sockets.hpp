// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace fairlead::conformance {

/// A socket that closes itself.
class Socket {
public:
    explicit Socket(int descriptor) : descriptor_(descriptor) {}
    Socket(Socket&& other) noexcept;
    Socket& operator=(Socket&&) = delete;
    ~Socket();

    [[nodiscard]] int descriptor() const { return descriptor_; }

private:
    int descriptor_;
};

/// Listens on an address of the host; port 0: one that is free. Nothing if it is taken.
[[nodiscard]] std::optional<Socket> listen_on(const std::string& address, std::uint16_t port = 0);
[[nodiscard]] std::uint16_t port_of(const Socket& socket);

/// A port that nobody uses at the moment, on any address.
[[nodiscard]] std::uint16_t free_port();

/// Sends `text` and reads until the other end closes; nothing when no connection comes about.
[[nodiscard]] std::optional<std::string> exchange(const std::string& address, std::uint16_t port,
                                                  std::string_view text);

void send_datagram(const std::string& address, std::uint16_t port, std::string_view text);

/// A registry that refuses everybody: it answers every request with 401.
class RefusingRegistry {
public:
    RefusingRegistry();
    RefusingRegistry(const RefusingRegistry&) = delete;
    RefusingRegistry& operator=(const RefusingRegistry&) = delete;
    ~RefusingRegistry();

    [[nodiscard]] std::uint16_t port() const { return port_of(listener_); }

private:
    void serve() const;

    Socket listener_;
    std::jthread thread_;
};

} // namespace fairlead::conformance
