// SPDX-License-Identifier: MIT
#include "port_probe.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <string_view>

#include <fmt/format.h>

#include <fairlead/version.hpp>

#include "connection.hpp"

namespace fairlead {
namespace {

using namespace std::chrono_literals;

/// Longer than a first request to a program that has just started takes.
constexpr auto attempt_limit = 10s;
/// Longer than an engine's proxy takes to find that nobody listens in the container.
constexpr auto settling_time = 100ms;
constexpr std::size_t longest_status_line = 1024;

std::string seen_at(const Endpoint& endpoint, std::string_view what) {
    return fmt::format("{}: {}", to_string(endpoint), what);
}

/// The status of `HTTP/1.1 200 OK`.
std::optional<int> status_of(std::string_view line) {
    constexpr std::string_view example = "HTTP/1.1 200";
    int status = 0;
    if (line.size() < example.size() || !line.starts_with("HTTP/1.") || line[8] != ' ') {
        return {};
    }
    const char* const begin = line.data() + 9;
    const auto [end, error] = std::from_chars(begin, begin + 3, status);
    return error == std::errc{} && end == begin + 3 ? std::optional(status) : std::nullopt;
}

/// The beginning of an answer, up to the end of its first line.
Connection::Outcome<std::string> first_line(Connection& connection) {
    std::string answer;
    std::array<char, 512> buffer{};
    for (;;) {
        const auto received = connection.receive(buffer);
        if (!received) {
            return std::unexpected(received.error());
        }
        answer.append(buffer.data(), *received);
        if (const auto end = answer.find('\n'); end != std::string::npos) {
            return answer.substr(0, end > 0 && answer[end - 1] == '\r' ? end - 1 : end);
        }
        if (*received == 0) {
            return std::unexpected("the connection was closed without an answer");
        }
        if (answer.size() > longest_status_line) {
            return answer;
        }
    }
}

} // namespace

std::optional<std::string> probe(const PortOpen&, const Endpoint& endpoint, const std::stop_token& stop) {
    Connection connection(stop, Connection::Clock::now() + attempt_limit);
    if (const auto connected = connection.connect(endpoint); !connected) {
        return seen_at(endpoint, connected.error());
    }
    const auto stirs = connection.stirs_within(settling_time);
    if (!stirs) {
        return seen_at(endpoint, stirs.error());
    }
    if (!*stirs) {
        return {};
    }
    std::array<char, 1> byte{};
    const auto received = connection.receive(byte);
    if (!received) {
        return seen_at(endpoint, received.error());
    }
    if (*received == 0) {
        return seen_at(endpoint, "the connection was accepted and closed at once");
    }
    return {};
}

std::optional<std::string> probe(const HttpStatus& condition, const Endpoint& endpoint,
                                 const std::stop_token& stop) {
    Connection connection(stop, Connection::Clock::now() + attempt_limit);
    if (const auto connected = connection.connect(endpoint); !connected) {
        return seen_at(endpoint, connected.error());
    }
    const auto sent =
        connection.send(fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: fairlead/{}\r\n"
                                    "Accept: */*\r\nConnection: close\r\n\r\n",
                                    condition.path, to_string(endpoint), FAIRLEAD_VERSION));
    if (!sent) {
        return seen_at(endpoint, sent.error());
    }
    const auto line = first_line(connection);
    if (!line) {
        return seen_at(endpoint, line.error());
    }
    const auto status = status_of(*line);
    if (!status) {
        return seen_at(endpoint, "the answer is not HTTP/1.x");
    }
    const bool met = condition.status ? *status == *condition.status : *status >= 200 && *status < 400;
    return met ? std::nullopt
               : std::optional(fmt::format("HTTP {} from {}", *status, to_string(endpoint)));
}

} // namespace fairlead
