// SPDX-License-Identifier: MIT
#include "health_events.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include "../tests/support/http.hpp"

namespace fairlead::bench {

HealthEvents::HealthEvents(const std::filesystem::path& socket, std::string_view project)
    : descriptor_(test::connect_to(test::UnixSocket{socket.string()})) {
    // `{"event":["health_status"],"label":["dev.fairlead.project=NAME"]}`. HTTP 1.0, so that the answer
    // is not chunked: a line an event.
    const std::string request =
        fmt::format("GET /events?filters=%7B%22event%22%3A%5B%22health_status%22%5D%2C%22label%22%3A%5B"
                    "%22dev.fairlead.project%3D{}%22%5D%7D HTTP/1.0\r\nHost: engine\r\n\r\n",
                    project);
    std::array<char, 256> head{};
    const auto size = static_cast<ssize_t>(request.size());
    // The head comes when the engine has subscribed.
    const bool answered = ::send(descriptor_, request.data(), request.size(), MSG_NOSIGNAL) == size &&
                          ::recv(descriptor_, head.data(), head.size(), MSG_PEEK) > 0;
    if (!answered) {
        ::close(descriptor_);
        throw std::runtime_error("the engine's event stream does not answer");
    }
    listener_ = std::jthread([this] { listen(); });
}

HealthEvents::~HealthEvents() {
    ::shutdown(descriptor_, SHUT_RDWR);
    listener_.join();
    ::close(descriptor_);
}

void HealthEvents::listen() {
    std::array<char, 16384> buffer{};
    std::string text;
    for (;;) {
        const ssize_t count = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
        const Timestamp read = std::chrono::system_clock::now();
        if (count <= 0) {
            return;
        }
        text.append(buffer.data(), static_cast<std::size_t>(count));
        for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
            take(std::string_view(text).substr(0, end), read);
            text.erase(0, end + 1);
        }
    }
}

/// The lines of the answer's head are none of JSON.
void HealthEvents::take(std::string_view line, Timestamp read) {
    const auto event = nlohmann::json::parse(line, nullptr, false);
    if (event.is_object() && event.value("Action", "") == "health_status: healthy") {
        const std::chrono::nanoseconds happened(event.at("timeNano").get<std::int64_t>());
        moments_.post({.happened = Timestamp(happened), .read = read});
    }
}

} // namespace fairlead::bench
