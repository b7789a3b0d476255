// SPDX-License-Identifier: MIT
#include "engine.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <fairlead/time.hpp>

#include "engine_error.hpp"

namespace fairlead::docker {

Engine::Engine(Endpoint endpoint, std::chrono::milliseconds timeout)
    : client_(std::move(endpoint)), timeout_(timeout) {}

Result<ApiVersion> Engine::api(const Call& call) {
    {
        const std::lock_guard lock(mutex_);
        if (api_) {
            return *api_;
        }
    }
    HttpExchange exchange = client_.begin({.target = "/_ping"});
    const Result<HttpResponse> answer = await_answer(call, exchange);
    if (!answer) {
        return std::unexpected(answer.error());
    }
    if (!is_success(answer->status)) {
        return std::unexpected(engine_error(call, *answer));
    }
    const std::string_view header = exchange.header("api-version");
    const std::optional<ApiVersion> theirs = parse_api_version(header);
    if (!theirs) {
        return call.failed(Errc::protocol,
                           fmt::format("{} does not say which API version it speaks", endpoint().address),
                           fmt::format("{} points there; is it a Docker engine?", endpoint().source));
    }
    if (*theirs < oldest_api) {
        return call.failed(Errc::unsupported,
                           fmt::format("the engine speaks API {}; {} is the oldest supported", header,
                                       to_string(oldest_api)),
                           "Update the engine to Docker 20.10 or newer.");
    }
    const std::lock_guard lock(mutex_);
    api_ = std::min(*theirs, newest_api);
    return *api_;
}

Result<HttpExchange> Engine::begin(const Call& call, HttpRequest request) {
    const Result<ApiVersion> version = api(call);
    if (!version) {
        return std::unexpected(version.error());
    }
    request.target = fmt::format("/v{}{}", to_string(*version), request.target);
    return client_.begin(std::move(request));
}

Result<HttpResponse> Engine::request(const Call& call, HttpRequest request) {
    Result<HttpExchange> exchange = begin(call, std::move(request));
    if (!exchange) {
        return std::unexpected(std::move(exchange.error()));
    }
    return await_answer(call, *exchange);
}

Result<HttpResponse> Engine::await_answer(const Call& call, HttpExchange& exchange) const {
    const Clock::time_point ordinary = ordinary_deadline();
    Result<HttpResponse> answer = exchange.finish(call, std::min(ordinary, call.deadline));
    if (!answer && ordinary < call.deadline) {
        return std::unexpected(silent(std::move(answer.error())));
    }
    return answer;
}

Result<Json> Engine::get(const Call& call, std::string target) {
    const Result<HttpResponse> answer = request(call, {.target = std::move(target)});
    if (!answer) {
        return std::unexpected(answer.error());
    }
    if (!is_success(answer->status)) {
        return std::unexpected(engine_error(call, *answer));
    }
    std::optional<Json> json = parse_json(answer->body);
    if (!json) {
        return call.failed(Errc::protocol, "the engine's answer is not JSON");
    }
    return std::move(*json);
}

Result<HttpExchange> Engine::open(const Call& call, HttpRequest request, Clock::time_point deadline) {
    Result<HttpExchange> exchange = begin(call, std::move(request));
    if (!exchange) {
        return exchange;
    }
    if (Result<void> headers = exchange->await_headers(call, deadline); !headers) {
        return std::unexpected(silent(std::move(headers.error())));
    }
    if (!is_success(exchange->status())) {
        const Result<HttpResponse> answer = exchange->finish(call, ordinary_deadline());
        if (!answer) {
            return std::unexpected(silent(answer.error()));
        }
        return std::unexpected(engine_error(call, *answer));
    }
    return exchange;
}

Error Engine::silent(Error error) const {
    if (error.code == Errc::timeout) {
        error.code = Errc::unavailable;
        error.message = fmt::format("{} accepted the connection and did not answer within {}",
                                    endpoint().address, format_duration(timeout_));
        error.hint = "The engine hangs or is overloaded; restart it, or raise the option 'timeout'.";
    }
    return error;
}

} // namespace fairlead::docker
