// SPDX-License-Identifier: MIT
#include "proxy.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <stdexcept>
#include <system_error>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "http.hpp"
#include "process.hpp"
#include "request_reader.hpp"

namespace fairlead::test {
namespace {

constexpr std::string_view end_of_head = "\r\n\r\n";

[[noreturn]] void fail_with_errno(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

bool send_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const ssize_t sent = ::send(descriptor, text.data(), text.size(), MSG_NOSIGNAL);
        if (sent <= 0) {
            return false;
        }
        text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

int listen_at(const std::filesystem::path& path) {
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    if (path.native().size() >= sizeof name.sun_path) {
        throw std::runtime_error("too long for a socket: " + path.string());
    }
    path.native().copy(name.sun_path, sizeof name.sun_path - 1);
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0 ||
        ::bind(descriptor, reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0 ||
        ::listen(descriptor, 64) != 0) {
        fail_with_errno("cannot listen");
    }
    return descriptor;
}

} // namespace

/// One client's connection and its own one to the engine.
class Proxy::Connection {
public:
    Connection(Proxy& proxy, int client, int engine)
        : proxy_(proxy), client_(client), engine_(engine),
          requests_([this](const std::string& line) { return begin(line); }) {}
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection() {
        ::close(client_);
        ::close(engine_);
    }

    void serve() {
        std::array<pollfd, 3> ends{pollfd{proxy_.stop_, POLLIN, 0}, pollfd{client_, POLLIN, 0},
                                   pollfd{engine_, POLLIN, 0}};
        while (open_) {
            if (::poll(ends.data(), ends.size(), -1) < 0 && errno != EINTR) {
                return;
            }
            if (ends[0].revents != 0) {
                return;
            }
            if (ends[1].revents != 0) {
                from_client();
            }
            if (open_ && ends[2].revents != 0) {
                from_engine();
            }
        }
    }

private:
    /// A request has begun; whether the engine shall see it.
    bool begin(const std::string& line) {
        fault_ = proxy_.arrived(line);
        body_seen_ = 0;
        head_.clear();
        head_complete_ = false;
        if (!fault_) {
            return true;
        }
        if (fault_->met) {
            fault_->met();
        }
        switch (fault_->kind) {
        case Fault::Kind::reset_request:
            open_ = false;
            return false;
        case Fault::Kind::replace:
            send_all(client_, fault_->text);
            open_ = false;
            return false;
        case Fault::Kind::hang:
            return false;
        case Fault::Kind::delay:
        case Fault::Kind::reset_answer:
        case Fault::Kind::truncate:
        case Fault::Kind::split:
            return true;
        }
        return true;
    }

    void from_client() {
        std::array<char, 65536> buffer{};
        const ssize_t count = ::recv(client_, buffer.data(), buffer.size(), 0);
        if (count <= 0) {
            open_ = false;
            return;
        }
        const std::string passed =
            requests_.read(std::string_view(buffer.data(), static_cast<std::size_t>(count)));
        if (!send_all(engine_, passed)) {
            open_ = false;
        }
    }

    void from_engine() {
        std::array<char, 65536> buffer{};
        const ssize_t count = ::recv(engine_, buffer.data(), buffer.size(), 0);
        if (count <= 0) {
            open_ = false;
            return;
        }
        answer(std::string_view(buffer.data(), static_cast<std::size_t>(count)));
    }

    void answer(std::string_view bytes) {
        if (!fault_) {
            open_ = send_all(client_, bytes);
            return;
        }
        switch (fault_->kind) {
        case Fault::Kind::delay:
            delay();
            fault_.reset();
            break;
        case Fault::Kind::split:
            for (const char byte : bytes) {
                open_ = open_ && send_all(client_, {&byte, 1});
            }
            return;
        case Fault::Kind::truncate:
            bytes = cut(bytes);
            break;
        case Fault::Kind::reset_answer:
        case Fault::Kind::reset_request:
        case Fault::Kind::replace:
        case Fault::Kind::hang:
            open_ = false;
            return;
        }
        open_ = send_all(client_, bytes) && open_;
    }

    /// Until then or until the proxy goes.
    void delay() const {
        pollfd stop{proxy_.stop_, POLLIN, 0};
        ::poll(&stop, 1, static_cast<int>(fault_->time.count()));
    }

    /// As much of it as may still pass; ends the connection when that is not all.
    std::string_view cut(std::string_view bytes) {
        std::size_t head = 0;
        if (!head_complete_) {
            const std::size_t before = head_.size();
            head_ += bytes;
            const auto end = head_.find(end_of_head);
            head_complete_ = end != std::string::npos;
            head = head_complete_ ? end + end_of_head.size() - before : bytes.size();
        }
        const std::size_t body = bytes.size() - head;
        if (!head_complete_ || body_seen_ + body < fault_->bytes) {
            body_seen_ += body;
            return bytes;
        }
        open_ = false;
        return bytes.substr(0, head + fault_->bytes - body_seen_);
    }

    Proxy& proxy_;
    const int client_;
    const int engine_;
    RequestReader requests_;
    bool open_ = true;
    std::optional<Fault> fault_;
    std::string head_;
    bool head_complete_ = false;
    std::size_t body_seen_ = 0;
};

Proxy::Proxy(std::filesystem::path engine, const std::filesystem::path& listen)
    : engine_(std::move(engine)), listener_(listen_at(listen)), stop_(::eventfd(0, EFD_CLOEXEC)),
      acceptor_([this] { accept_all(); }) {}

Proxy::~Proxy() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(stop_, &one, sizeof one);
    acceptor_.join();
    connections_.clear();
    ::close(listener_);
    ::close(stop_);
}

void Proxy::accept_all() {
    std::array<pollfd, 2> ends{pollfd{stop_, POLLIN, 0}, pollfd{listener_, POLLIN, 0}};
    for (;;) {
        ::poll(ends.data(), ends.size(), -1);
        if (ends[0].revents != 0) {
            return;
        }
        const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (client < 0) {
            continue;
        }
        connections_.emplace_back([this, client] {
            try {
                Connection(*this, client, connect_to(UnixSocket{engine_.string()})).serve();
            } catch (const std::system_error&) {
                // No engine: the client sees the connection end.
                ::close(client);
            }
        });
    }
}

std::optional<Fault> Proxy::arrived(const std::string& line) {
    const std::lock_guard lock(mutex_);
    requests_.push_back(line);
    changed_.notify_all();
    for (Rule& rule : rules_) {
        if (rule.times == 0 || line.find(rule.part) == std::string::npos) {
            continue;
        }
        if (rule.skip > 0) {
            --rule.skip;
        } else {
            --rule.times;
            return rule.fault;
        }
    }
    return std::nullopt;
}

void Proxy::inject(std::string part, Fault fault, std::size_t times, std::size_t skip) {
    const std::lock_guard lock(mutex_);
    rules_.push_back({.part = std::move(part), .fault = std::move(fault), .times = times, .skip = skip});
}

std::vector<std::string> Proxy::requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
}

void Proxy::await_request(std::string_view part) const {
    std::unique_lock lock(mutex_);
    const bool came = changed_.wait_for(lock, patience, [&] {
        return std::ranges::any_of(
            requests_, [part](const std::string& line) { return line.find(part) != std::string::npos; });
    });
    if (!came) {
        throw std::runtime_error(
            fmt::format("no request '{}' among\n{}", part, fmt::join(requests_, "\n")));
    }
}

std::string http_answer(std::string_view status, std::string_view type, std::string_view body) {
    return fmt::format(
        "HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}", status,
        type, body.size(), body);
}

} // namespace fairlead::test
