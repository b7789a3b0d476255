// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>

#include "api_version.hpp"
#include "common/call.hpp"
#include "common/json.hpp"
#include "common_names.hpp"
#include "http_client.hpp"

namespace fairlead::docker {

/// The engine's HTTP interface in the version both sides know. Targets are given without the version.
///
/// Errors of every function: those of `HttpChannel`, except that an ordinary request that is not answered
/// in time is `unavailable`: engines answer those at once, so a silent one hangs. Threads: any number at
/// once.
class Engine {
public:
    Engine(Endpoint endpoint, std::chrono::milliseconds timeout);

    /// The version in use; asks the engine once.
    /// Errors: `unsupported` for an engine older than `oldest_api`.
    Result<ApiVersion> api(const Call& call);

    /// One ordinary request; the answer may be of any status.
    Result<HttpResponse> request(const Call& call, HttpRequest request);

    /// The same, for an answer that must be a success and JSON; otherwise `engine_error`.
    Result<Json> get(const Call& call, std::string target);

    /// Sends a request whose answer the caller awaits in its own time.
    Result<HttpExchange> begin(const Call& call, HttpRequest request);

    /// Sends a request and waits for the headers of a streamed answer, which must be a success.
    Result<HttpExchange> open(const Call& call, HttpRequest request, Clock::time_point deadline);

    /// When an ordinary request that begins now must have been answered.
    [[nodiscard]] Clock::time_point ordinary_deadline() const { return deadline_in(timeout_); }

    /// Turns the `timeout` of an ordinary request into what it means.
    [[nodiscard]] Error silent(Error error) const;

    /// The answer to an ordinary request, by its deadline or the caller's. When the caller's passes it is
    /// `timeout`.
    Result<HttpResponse> await_answer(const Call& call, HttpExchange& exchange) const;

    [[nodiscard]] const Endpoint& endpoint() const noexcept { return client_.endpoint(); }

private:
    HttpClient client_;
    const std::chrono::milliseconds timeout_;
    std::mutex mutex_;
    std::optional<ApiVersion> api_;
};

} // namespace fairlead::docker
