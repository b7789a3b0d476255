// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http_channel.hpp"

namespace fairlead::docker {

struct HttpResponse {
    int status = 0;
    std::string body;
};

class HttpClient;

/// An exchange under way; gives its channel back to the client when it ends. Errors are those of
/// `HttpChannel`.
class HttpExchange {
public:
    HttpExchange(HttpClient& client, std::unique_ptr<HttpChannel> channel);
    HttpExchange(HttpExchange&&) noexcept = default;
    HttpExchange& operator=(HttpExchange&&) = delete;
    ~HttpExchange();

    Result<void> await_headers(const Call& call, Clock::time_point deadline);

    /// The next piece of the body, or nothing at its end.
    Result<std::optional<std::string>> read(const Call& call, Clock::time_point deadline = no_deadline);

    /// All of the answer. After `cancelled` and `timeout` it may be called again.
    Result<HttpResponse> finish(const Call& call, Clock::time_point deadline);

    [[nodiscard]] int status() const noexcept { return channel_->status(); }
    [[nodiscard]] std::string_view header(const std::string& name) const {
        return channel_->header(name);
    }

private:
    HttpClient* client_;
    std::unique_ptr<HttpChannel> channel_;
    std::string body_;
};

/// The connections to one endpoint: each exchange takes a free channel or makes one.
/// Threads: any number at once. It must outlive its exchanges.
class HttpClient {
public:
    explicit HttpClient(Endpoint endpoint);

    [[nodiscard]] HttpExchange begin(HttpRequest request);

    [[nodiscard]] const Endpoint& endpoint() const noexcept { return endpoint_; }

private:
    friend class HttpExchange;

    void give_back(std::unique_ptr<HttpChannel> channel);

    const Endpoint endpoint_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<HttpChannel>> free_;
};

/// Percent-encodes one component of a path or query.
[[nodiscard]] std::string url_encoded(std::string_view text);

} // namespace fairlead::docker
