// SPDX-License-Identifier: MIT
#include "health_probe.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "engine_error.hpp"
#include "log_frames.hpp"

namespace fairlead::docker {
namespace {

constexpr std::size_t output_limit = 4096;
constexpr std::chrono::seconds default_timeout{30};

void append_capped(std::string& output, std::string_view more) {
    output += more.substr(0, output_limit - std::min(output_limit, output.size()));
}

} // namespace

Result<ProbeResult> HealthProbe::run(const Call& call, const Inspection& container,
                                     Clock::time_point deadline) {
    const std::optional<Turnstile::Turn> turn = turnstile_.enter(call.stop);
    if (!turn) {
        return call.failed(Errc::cancelled, "it was cancelled");
    }
    const Result<std::string> exec = create(call, container);
    if (!exec) {
        return std::unexpected(exec.error());
    }
    if (exec->empty()) {
        return ProbeResult{.verdict = ProbeResult::Verdict::not_running, .output = {}};
    }
    const auto timeout = std::chrono::ceil<std::chrono::milliseconds>(container.health_timeout);
    const Clock::time_point own = deadline_in(timeout.count() > 0 ? timeout : default_timeout);
    Result<ProbeResult> result = read(call, *exec, std::min(own, deadline));
    if (!result && result.error().code == Errc::timeout && own <= deadline) {
        return ProbeResult{.verdict = ProbeResult::Verdict::timed_out,
                           .output = "the check did not end within its timeout"};
    }
    return result;
}

Result<std::string> HealthProbe::create(const Call& call, const Inspection& container) {
    const Json body = {{"AttachStdout", true}, {"AttachStderr", true}, {"Cmd", container.health_command}};
    const Result<HttpResponse> answer =
        engine_.request(call, {.method = "POST",
                               .target = fmt::format("/containers/{}/exec", container.status.id.value()),
                               .body = json_text(body)});
    if (!answer) {
        return std::unexpected(answer.error());
    }
    if (answer->status == 404 || answer->status == 409) {
        return std::string{};
    }
    if (!is_success(answer->status)) {
        return std::unexpected(engine_error(call, *answer));
    }
    return text_of(at(parse_json(answer->body).value_or(Json{}), {"Id"}));
}

Result<ProbeResult> HealthProbe::read(const Call& call, const std::string& exec,
                                      Clock::time_point deadline) {
    Result<HttpExchange> exchange = engine_.begin(call, {.method = "POST",
                                                         .target = fmt::format("/exec/{}/start", exec),
                                                         .body = R"({"Detach":false,"Tty":false})"});
    if (!exchange) {
        return std::unexpected(std::move(exchange.error()));
    }
    ProbeResult result;
    LogFrameDecoder decoder;
    std::string refusal;
    for (;;) {
        const Result<std::optional<std::string>> piece = exchange->read(call, deadline);
        if (!piece) {
            return std::unexpected(piece.error());
        }
        if (!*piece) {
            break;
        }
        if (!is_success(exchange->status())) {
            append_capped(refusal, **piece);
            continue;
        }
        decoder.feed(**piece);
        while (const std::optional<LogFrame> frame = decoder.next()) {
            append_capped(result.output, frame->payload);
        }
    }
    if (exchange->status() == 404 || exchange->status() == 409) {
        return ProbeResult{.verdict = ProbeResult::Verdict::not_running, .output = {}};
    }
    if (!is_success(exchange->status())) {
        // A command that does not exist is a check that fails, in some versions with a status of its own.
        return ProbeResult{.verdict = ProbeResult::Verdict::failed, .output = engine_message(refusal)};
    }
    const Result<Json> state = engine_.get(call, fmt::format("/exec/{}/json", exec));
    if (!state) {
        if (state.error().code == Errc::not_found) {
            return ProbeResult{.verdict = ProbeResult::Verdict::not_running, .output = {}};
        }
        return std::unexpected(state.error());
    }
    const Json& code = at(*state, {"ExitCode"});
    const bool passed = !flag_of(at(*state, {"Running"})) && code.is_number() && number_of(code) == 0;
    result.verdict = passed ? ProbeResult::Verdict::passed : ProbeResult::Verdict::failed;
    return result;
}

} // namespace fairlead::docker
