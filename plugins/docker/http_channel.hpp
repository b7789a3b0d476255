// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <curl/curl.h>

#include "common/call.hpp"
#include "common_names.hpp"
#include "endpoint.hpp"

namespace fairlead::docker {

struct HttpRequest {
    std::string method = "GET";
    /// Path and query, percent-encoded.
    std::string target;
    /// `Name: value`.
    std::vector<std::string> headers{};
    std::string body{};
    /// A file sent instead of `body`, from its beginning; -1: none. The descriptor stays the caller's and
    /// must outlive the exchange.
    int file = -1;
    std::uint64_t file_size = 0;
};

/// One HTTP exchange at a time, over a connection that is kept between exchanges.
///
/// Everything that waits is driven by the calling thread; a stop token wakes it through the multi handle.
/// What has arrived and is not yet taken is bounded: beyond that the engine is left waiting.
///
/// Errors of the waiting functions: `cancelled`; `timeout` when the deadline passes; `unavailable` when
/// there is no connection or it breaks; `protocol` for what is not HTTP. After `cancelled` and `timeout`
/// the exchange goes on and may be waited for again. Threads: one at a time.
class HttpChannel {
public:
    explicit HttpChannel(const Endpoint& endpoint);
    HttpChannel(const HttpChannel&) = delete;
    HttpChannel& operator=(const HttpChannel&) = delete;
    ~HttpChannel();

    void begin(HttpRequest request);

    /// Returns once the status and all headers are there.
    Result<void> await_headers(const Call& call, Clock::time_point deadline);

    /// Returns once `buffered` holds something (true) or the body has ended (false).
    Result<bool> await_data(const Call& call, Clock::time_point deadline);

    /// Takes what has arrived.
    [[nodiscard]] std::string take();

    [[nodiscard]] int status() const noexcept { return static_cast<int>(status_); }

    /// A response header by its name in lower case, or nothing.
    [[nodiscard]] std::string_view header(const std::string& name) const;

    /// Ends the exchange. The connection is kept if the exchange was complete.
    void end();

private:
    static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
    static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
    static std::size_t on_upload(char* data, std::size_t size, std::size_t count, void* self);
    static int on_seek(void* self, curl_off_t offset, int origin);

    void configure_transport();
    void configure_body();
    Result<void> drive(const Call& call, Clock::time_point deadline, const std::function<bool()>& ready);
    void collect_result();
    [[nodiscard]] Error transport_error(const Call& call) const;
    [[nodiscard]] Error connect_error(const Call& call) const;

    const Endpoint& endpoint_;
    std::unique_ptr<CURLM, CURLMcode (*)(CURLM*)> multi_;
    std::unique_ptr<CURL, void (*)(CURL*)> easy_;
    std::unique_ptr<curl_slist, void (*)(curl_slist*)> headers_;
    HttpRequest request_;
    std::uint64_t uploaded_ = 0;
    bool active_ = false;
    bool headers_complete_ = false;
    bool paused_ = false;
    bool done_ = false;
    CURLcode result_ = CURLE_OK;
    long status_ = 0;
    std::map<std::string, std::string> received_headers_;
    std::string buffer_;
    std::string error_text_;
};

} // namespace fairlead::docker
