// SPDX-License-Identifier: MIT
#include "http.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <system_error>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace fairlead::test {
namespace {

class Socket {
public:
    explicit Socket(const Address& address) : descriptor_(connect_to(address)) {
        const timeval limit{.tv_sec = 60, .tv_usec = 0};
        ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    ~Socket() { ::close(descriptor_); }

    void send(std::string_view text) const {
        while (!text.empty()) {
            const ssize_t sent = ::send(descriptor_, text.data(), text.size(), MSG_NOSIGNAL);
            if (sent < 0) {
                throw std::system_error(errno, std::generic_category(), "cannot send");
            }
            text.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    [[nodiscard]] std::string receive_all() const {
        std::string text;
        std::array<char, 65536> buffer{};
        for (;;) {
            const ssize_t count = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
            if (count < 0) {
                throw std::system_error(errno, std::generic_category(), "cannot receive");
            }
            if (count == 0) {
                return text;
            }
            text.append(buffer.data(), static_cast<std::size_t>(count));
        }
    }

private:
    int descriptor_;
};

int connected(int domain, const sockaddr* address, socklen_t size) {
    const int descriptor = ::socket(domain, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0 || ::connect(descriptor, address, size) != 0) {
        const int error = errno;
        ::close(descriptor);
        throw std::system_error(error, std::generic_category(), "cannot connect");
    }
    return descriptor;
}

} // namespace

int connect_to(const Address& address) {
    if (const auto* local = std::get_if<UnixSocket>(&address)) {
        sockaddr_un name{};
        name.sun_family = AF_UNIX;
        local->path.copy(name.sun_path, sizeof name.sun_path - 1);
        return connected(AF_UNIX, reinterpret_cast<const sockaddr*>(&name), sizeof name);
    }
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_port = htons(std::get<Loopback>(address).port);
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return connected(AF_INET, reinterpret_cast<const sockaddr*>(&name), sizeof name);
}

HttpAnswer http(const Address& address, std::string_view method, std::string_view target,
                std::string_view body) {
    const Socket socket(address);
    // 1.0, so that the answer is neither chunked nor kept open.
    socket.send(fmt::format("{} {} HTTP/1.0\r\nHost: engine\r\nContent-Type: application/json\r\n"
                            "Content-Length: {}\r\n\r\n{}",
                            method, target, body.size(), body));
    const std::string text = socket.receive_all();
    const auto end_of_head = text.find("\r\n\r\n");
    const auto space = text.find(' ');
    if (!text.starts_with("HTTP/") || end_of_head == std::string::npos || space > end_of_head) {
        throw std::runtime_error(fmt::format("{} {}: no HTTP answer: '{}'", method, target, text));
    }
    return {.status = std::atoi(text.c_str() + space), .body = text.substr(end_of_head + 4)};
}

} // namespace fairlead::test
