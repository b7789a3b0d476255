// SPDX-License-Identifier: MIT
#include "http_client.hpp"

#include <utility>

#include <fmt/format.h>

namespace fairlead::docker {
namespace {

/// Answers that are not streams are small; a larger one is not from an engine.
constexpr std::size_t answer_limit = 64UL * 1024 * 1024;
constexpr std::size_t idle_channels = 8;

} // namespace

HttpExchange::HttpExchange(HttpClient& client, std::unique_ptr<HttpChannel> channel)
    : client_(&client), channel_(std::move(channel)) {}

HttpExchange::~HttpExchange() {
    if (channel_) {
        client_->give_back(std::move(channel_));
    }
}

Result<void> HttpExchange::await_headers(const Call& call, Clock::time_point deadline) {
    return channel_->await_headers(call, deadline);
}

Result<std::optional<std::string>> HttpExchange::read(const Call& call, Clock::time_point deadline) {
    const Result<bool> more = channel_->await_data(call, deadline);
    if (!more) {
        return std::unexpected(more.error());
    }
    if (!*more) {
        return std::optional<std::string>{};
    }
    return std::optional<std::string>(channel_->take());
}

Result<HttpResponse> HttpExchange::finish(const Call& call, Clock::time_point deadline) {
    for (;;) {
        Result<std::optional<std::string>> piece = read(call, deadline);
        if (!piece) {
            return std::unexpected(std::move(piece.error()));
        }
        if (!*piece) {
            return HttpResponse{.status = status(), .body = std::move(body_)};
        }
        if (body_.size() + (*piece)->size() > answer_limit) {
            return call.failed(Errc::protocol, "the engine's answer has no end");
        }
        body_ += **piece;
    }
}

HttpClient::HttpClient(Endpoint endpoint) : endpoint_(std::move(endpoint)) {}

HttpExchange HttpClient::begin(HttpRequest request) {
    std::unique_ptr<HttpChannel> channel;
    {
        const std::lock_guard lock(mutex_);
        if (!free_.empty()) {
            channel = std::move(free_.back());
            free_.pop_back();
        }
    }
    if (!channel) {
        channel = std::make_unique<HttpChannel>(endpoint_);
    }
    channel->begin(std::move(request));
    return {*this, std::move(channel)};
}

void HttpClient::give_back(std::unique_ptr<HttpChannel> channel) {
    channel->end();
    const std::lock_guard lock(mutex_);
    if (free_.size() < idle_channels) {
        free_.push_back(std::move(channel));
    }
}

std::string url_encoded(std::string_view text) {
    constexpr std::string_view plain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    std::string out;
    for (const char c : text) {
        if (plain.find(c) != std::string_view::npos) {
            out += c;
        } else {
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return out;
}

} // namespace fairlead::docker
