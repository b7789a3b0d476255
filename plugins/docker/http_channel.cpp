// SPDX-License-Identifier: MIT
#include "http_channel.hpp"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <new>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "sigpipe_guard.hpp"

namespace fairlead::docker {
namespace {

constexpr std::size_t buffer_limit = 256UL * 1024;
constexpr long receive_size = 64L * 1024;
constexpr long send_size = 256L * 1024;
constexpr long connect_timeout_ms = 10'000;

/// Once for the process; libcurl is never cleaned up, since the plugin is never unloaded.
void initialise_curl() {
    static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (initialised != CURLE_OK) {
        throw std::bad_alloc();
    }
}

template <class Handle>
Handle* required(Handle* handle) {
    if (handle == nullptr) {
        throw std::bad_alloc();
    }
    return handle;
}

} // namespace

HttpChannel::HttpChannel(const Endpoint& endpoint)
    : endpoint_(endpoint), multi_(nullptr, &curl_multi_cleanup), easy_(nullptr, &curl_easy_cleanup),
      headers_(nullptr, &curl_slist_free_all) {
    initialise_curl();
    multi_.reset(required(curl_multi_init()));
    easy_.reset(required(curl_easy_init()));
    error_text_.resize(CURL_ERROR_SIZE);
}

HttpChannel::~HttpChannel() {
    end();
    const SigpipeGuard guard;
    easy_.reset();
    multi_.reset();
}

void HttpChannel::begin(HttpRequest request) {
    request_ = std::move(request);
    uploaded_ = 0;
    headers_complete_ = false;
    paused_ = false;
    done_ = false;
    result_ = CURLE_OK;
    status_ = 0;
    received_headers_.clear();
    buffer_.clear();
    error_text_[0] = '\0';

    curl_easy_reset(easy_.get());
    const std::string url = endpoint_.base_url + request_.target;
    curl_easy_setopt(easy_.get(), CURLOPT_URL, url.c_str());
    configure_transport();
    configure_body();
    curl_multi_add_handle(multi_.get(), easy_.get());
    active_ = true;
}

void HttpChannel::configure_transport() {
    CURL* easy = easy_.get();
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, connect_timeout_ms);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, receive_size);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error_text_.data());
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &HttpChannel::on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &HttpChannel::on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
    if (endpoint_.unix_socket) {
        curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, endpoint_.unix_socket->c_str());
    }
    if (endpoint_.tls) {
        const TlsFiles& tls = *endpoint_.tls;
        const auto set = [easy](CURLoption option, const std::filesystem::path& file) {
            if (std::error_code ignored; std::filesystem::exists(file, ignored)) {
                curl_easy_setopt(easy, option, file.c_str());
            }
        };
        set(CURLOPT_CAINFO, tls.ca);
        set(CURLOPT_SSLCERT, tls.certificate);
        set(CURLOPT_SSLKEY, tls.key);
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, tls.verify ? 1L : 0L);
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, tls.verify ? 2L : 0L);
    }
}

void HttpChannel::configure_body() {
    CURL* easy = easy_.get();
    curl_slist* headers = curl_slist_append(nullptr, "Expect:");
    if (!request_.body.empty() && request_.headers.empty()) {
        headers = curl_slist_append(headers, "Content-Type: application/json");
    }
    for (const std::string& header : request_.headers) {
        headers = curl_slist_append(headers, header.c_str());
    }
    headers_.reset(headers);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers_.get());
    if (request_.file >= 0) {
        curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
        curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, send_size);
        curl_easy_setopt(easy, CURLOPT_READFUNCTION, &HttpChannel::on_upload);
        curl_easy_setopt(easy, CURLOPT_READDATA, this);
        curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, &HttpChannel::on_seek);
        curl_easy_setopt(easy, CURLOPT_SEEKDATA, this);
        curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(request_.file_size));
    } else if (request_.method != "GET" && request_.method != "DELETE") {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                         static_cast<curl_off_t>(request_.body.size()));
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request_.body.data());
    }
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
}

std::size_t HttpChannel::on_body(char* data, std::size_t size, std::size_t count, void* self) {
    auto& channel = *static_cast<HttpChannel*>(self);
    const std::size_t bytes = size * count;
    if (channel.buffer_.size() >= buffer_limit) {
        channel.paused_ = true;
        return CURL_WRITEFUNC_PAUSE;
    }
    channel.headers_complete_ = true;
    channel.buffer_.append(data, bytes);
    return bytes;
}

std::size_t HttpChannel::on_header(char* data, std::size_t size, std::size_t count, void* self) {
    auto& channel = *static_cast<HttpChannel*>(self);
    const std::size_t bytes = size * count;
    std::string_view line(data, bytes);
    while (line.ends_with('\n') || line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    if (line.empty()) {
        // An interim answer (1xx) is followed by the real one.
        curl_easy_getinfo(channel.easy_.get(), CURLINFO_RESPONSE_CODE, &channel.status_);
        channel.headers_complete_ = channel.status_ >= 200;
        return bytes;
    }
    if (const auto colon = line.find(':'); colon != std::string_view::npos) {
        std::string name(line.substr(0, colon));
        std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
        line.remove_prefix(colon + 1);
        line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
        channel.received_headers_[name] = line;
    }
    return bytes;
}

std::size_t HttpChannel::on_upload(char* data, std::size_t size, std::size_t count, void* self) {
    auto& channel = *static_cast<HttpChannel*>(self);
    for (;;) {
        const ssize_t got =
            ::pread(channel.request_.file, data, size * count, static_cast<off_t>(channel.uploaded_));
        if (got >= 0) {
            channel.uploaded_ += static_cast<std::uint64_t>(got);
            return static_cast<std::size_t>(got);
        }
        if (errno != EINTR) {
            return CURL_READFUNC_ABORT;
        }
    }
}

int HttpChannel::on_seek(void* self, curl_off_t offset, int origin) {
    if (origin != SEEK_SET || offset < 0) {
        return CURL_SEEKFUNC_CANTSEEK;
    }
    static_cast<HttpChannel*>(self)->uploaded_ = static_cast<std::uint64_t>(offset);
    return CURL_SEEKFUNC_OK;
}

Result<void> HttpChannel::await_headers(const Call& call, Clock::time_point deadline) {
    Result<void> driven = drive(call, deadline, [this] { return headers_complete_ || done_; });
    if (driven && done_ && result_ != CURLE_OK && !headers_complete_) {
        return std::unexpected(transport_error(call));
    }
    return driven;
}

Result<bool> HttpChannel::await_data(const Call& call, Clock::time_point deadline) {
    if (Result<void> driven = drive(call, deadline, [this] { return !buffer_.empty() || done_; });
        !driven) {
        return std::unexpected(std::move(driven.error()));
    }
    if (!buffer_.empty()) {
        return true;
    }
    if (result_ != CURLE_OK) {
        return std::unexpected(transport_error(call));
    }
    return false;
}

std::string HttpChannel::take() {
    return std::exchange(buffer_, {});
}

std::string_view HttpChannel::header(const std::string& name) const {
    const auto found = received_headers_.find(name);
    return found == received_headers_.end() ? std::string_view{} : std::string_view(found->second);
}

void HttpChannel::end() {
    if (active_) {
        const SigpipeGuard guard;
        // Removing an unfinished transfer makes libcurl close its connection.
        curl_multi_remove_handle(multi_.get(), easy_.get());
        active_ = false;
    }
}

Result<void> HttpChannel::drive(const Call& call, Clock::time_point deadline,
                                const std::function<bool()>& ready) {
    const SigpipeGuard guard;
    const std::stop_callback wake(call.stop, [this] { curl_multi_wakeup(multi_.get()); });
    for (;;) {
        if (call.stop.stop_requested()) {
            return call.failed(Errc::cancelled, "it was cancelled");
        }
        if (ready()) {
            return {};
        }
        if (paused_) {
            paused_ = false;
            curl_easy_pause(easy_.get(), CURLPAUSE_CONT);
        }
        int running = 0;
        const CURLMcode performed = curl_multi_perform(multi_.get(), &running);
        if (performed != CURLM_OK) {
            return call.failed(Errc::internal, curl_multi_strerror(performed));
        }
        collect_result();
        if (ready()) {
            return {};
        }
        const Clock::time_point now = Clock::now();
        if (now >= deadline) {
            return call.failed(Errc::timeout, "the time given to it ran out");
        }
        constexpr std::chrono::milliseconds longest = std::chrono::minutes{10};
        const auto left = deadline - now > longest
                              ? longest
                              : std::chrono::ceil<std::chrono::milliseconds>(deadline - now);
        curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(left.count()), nullptr);
    }
}

void HttpChannel::collect_result() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
        if (message->msg == CURLMSG_DONE) {
            done_ = true;
            result_ = message->data.result;
        }
    }
}

Error HttpChannel::transport_error(const Call& call) const {
    const char* text = error_text_[0] != '\0' ? error_text_.c_str() : curl_easy_strerror(result_);
    switch (static_cast<int>(result_)) {
    case CURLE_COULDNT_CONNECT:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_OPERATION_TIMEDOUT:
        return connect_error(call);
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
        return call.error(
            Errc::protocol,
            fmt::format("what {} answered is not what HTTP allows ({})", endpoint_.address, text),
            fmt::format("{} points there; is it a Docker engine?", endpoint_.source));
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
        return call.error(Errc::unavailable,
                          fmt::format("no secure connection to {} ({})", endpoint_.address, text),
                          "Check the certificates in DOCKER_CERT_PATH or the option 'cert_path'.");
    default:
        return call.error(Errc::unavailable,
                          fmt::format("the connection to {} broke off ({})", endpoint_.address, text),
                          "See whether the engine has stopped or restarted.");
    }
}

Error HttpChannel::connect_error(const Call& call) const {
    long number = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_OS_ERRNO, &number);
    const auto error = [&](std::string message, std::string hint) {
        return call.error(Errc::unavailable, fmt::format("{} (from {})", message, endpoint_.source),
                          std::move(hint));
    };
    if (endpoint_.unix_socket && number == ENOENT) {
        return error(fmt::format("there is no socket at {}", endpoint_.address),
                     "Install and start Docker, or say where it listens: option 'host' or DOCKER_HOST.");
    }
    if (endpoint_.unix_socket && number == ECONNREFUSED) {
        return error(
            fmt::format("nobody listens at {}; the socket is left over from an engine that has ended",
                        endpoint_.address),
            "Start the Docker daemon.");
    }
    if (number == EACCES || number == EPERM) {
        return error(
            fmt::format("no permission to use {}", endpoint_.address),
            "Join the socket's group (usually 'docker') and log in again, or use a rootless engine.");
    }
    const char* text = error_text_[0] != '\0' ? error_text_.c_str() : curl_easy_strerror(result_);
    return error(fmt::format("no connection to {}: {}", endpoint_.address,
                             number != 0 ? std::strerror(static_cast<int>(number)) : text),
                 "See whether the engine runs and listens there.");
}

} // namespace fairlead::docker
