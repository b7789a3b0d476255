// SPDX-License-Identifier: MIT
#include "sockets.hpp"

#include <array>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "check.hpp"

namespace fairlead::conformance {
namespace {

constexpr timeval patience{.tv_sec = 10, .tv_usec = 0};

sockaddr_in address_of(const std::string& address, std::uint16_t port) {
    sockaddr_in result{};
    result.sin_family = AF_INET;
    result.sin_port = htons(port);
    inet_pton(AF_INET, address.c_str(), &result.sin_addr);
    return result;
}

const sockaddr* generic(const sockaddr_in& address) {
    return reinterpret_cast<const sockaddr*>(&address);
}

Socket new_socket(int type) {
    Socket socket(::socket(AF_INET, type | SOCK_CLOEXEC, 0));
    setsockopt(socket.descriptor(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(socket.descriptor(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    return socket;
}

std::string read_to_end(const Socket& socket) {
    std::string text;
    std::array<char, 4096> buffer{};
    for (;;) {
        const ssize_t count = recv(socket.descriptor(), buffer.data(), buffer.size(), 0);
        if (count <= 0) {
            return text;
        }
        text.append(buffer.data(), static_cast<std::size_t>(count));
    }
}

Socket listener() {
    auto socket = listen_on("127.0.0.1");
    if (!socket) {
        fail_case("the suite could not listen on a port of 127.0.0.1");
    }
    return std::move(*socket);
}

} // namespace

Socket::Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

Socket::~Socket() {
    if (descriptor_ >= 0) {
        close(descriptor_);
    }
}

std::optional<Socket> listen_on(const std::string& address, std::uint16_t port) {
    Socket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int on = 1;
    setsockopt(socket.descriptor(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const sockaddr_in where = address_of(address, port);
    if (bind(socket.descriptor(), generic(where), sizeof where) != 0 ||
        listen(socket.descriptor(), 16) != 0) {
        return {};
    }
    return socket;
}

std::uint16_t port_of(const Socket& socket) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    getsockname(socket.descriptor(), reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
}

std::uint16_t free_port() {
    const auto socket = listen_on("0.0.0.0");
    if (!socket) {
        fail_case("the suite found no free port");
    }
    return port_of(*socket);
}

std::optional<std::string> exchange(const std::string& address, std::uint16_t port,
                                    std::string_view text) {
    const Socket socket = new_socket(SOCK_STREAM);
    const sockaddr_in where = address_of(address, port);
    if (connect(socket.descriptor(), generic(where), sizeof where) != 0) {
        return {};
    }
    while (!text.empty()) {
        const ssize_t count = send(socket.descriptor(), text.data(), text.size(), MSG_NOSIGNAL);
        if (count <= 0) {
            return {};
        }
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    return read_to_end(socket);
}

void send_datagram(const std::string& address, std::uint16_t port, std::string_view text) {
    const Socket socket = new_socket(SOCK_DGRAM);
    const sockaddr_in where = address_of(address, port);
    const ssize_t sent =
        sendto(socket.descriptor(), text.data(), text.size(), 0, generic(where), sizeof where);
    expect(std::cmp_equal(sent, text.size()), "the datagram was sent");
}

RefusingRegistry::RefusingRegistry() : listener_(listener()), thread_([this] { serve(); }) {}

RefusingRegistry::~RefusingRegistry() {
    // Wakes `accept`, which then fails.
    shutdown(listener_.descriptor(), SHUT_RDWR);
}

void RefusingRegistry::serve() const {
    constexpr std::string_view answer =
        "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"conformance\"\r\n"
        "Docker-Distribution-Api-Version: registry/2.0\r\nContent-Type: application/json\r\n"
        "Content-Length: 70\r\nConnection: close\r\n\r\n"
        R"({"errors":[{"code":"UNAUTHORIZED","message":"you shall not get in!"}]})";
    for (;;) {
        const Socket guest(accept4(listener_.descriptor(), nullptr, nullptr, SOCK_CLOEXEC));
        if (guest.descriptor() < 0) {
            return;
        }
        setsockopt(guest.descriptor(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        std::array<char, 4096> request{};
        // A request without a body comes in one piece, or it is not worth an answer.
        if (recv(guest.descriptor(), request.data(), request.size(), 0) > 0) {
            send(guest.descriptor(), answer.data(), answer.size(), MSG_NOSIGNAL);
        }
    }
}

} // namespace fairlead::conformance
