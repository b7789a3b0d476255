// SPDX-License-Identifier: MIT
#include "call.hpp"

#include <array>
#include <memory>

#include <fmt/format.h>

namespace fairlead::fake {

using testing::FakeFailure;
using testing::FakeOperation;

Call::Call(Engine& engine, std::string_view operation, std::string_view subject, std::stop_token stop)
    : engine_(engine), lock_(engine.scheduler.lock()), operation_(operation), subject_(subject),
      stop_(std::move(stop)), losses_before_(engine.losses()) {
    engine_.scheduler.enter();
}

Call::~Call() {
    engine_.scheduler.leave();
}

bool Call::engine_gone() const {
    return engine_.lost() || engine_.losses() != losses_before_;
}

WaitEnd Call::wait(WaitList* list, std::optional<Time> deadline, const std::function<bool()>& ready) {
    return engine_.scheduler.wait(lock_, list, deadline, stop_, ready, [this] { return engine_gone(); });
}

Error Call::error(Errc code, std::string message, std::string hint) const {
    return {.code = code,
            .operation = operation_,
            .subject = subject_,
            .message = std::move(message),
            .hint = std::move(hint)};
}

Error Call::error(WaitEnd end) const {
    if (end == WaitEnd::cancelled) {
        return error(Errc::cancelled, "cancelled");
    }
    return error(Errc::unavailable, "the engine cannot be reached",
                 "Its loss was scripted, as is its return.");
}

Error Call::about(Error error) const {
    error.operation = operation_;
    error.subject = subject_;
    return error;
}

Result<void> Call::pass_blocks(FakeOperation operation, std::string_view service) {
    for (const std::string_view key : {service, std::string_view("*")}) {
        // Kept here: the release forgets it while those it held are still on its list.
        const std::shared_ptr<Block> block = engine_.faults.block_of(operation, key);
        if (!block) {
            continue;
        }
        ++block->held;
        block->changed.notify_all();
        const WaitEnd end = engine_.scheduler.wait_held(
            lock_, block->callers, stop_, [&] { return block->open; }, [this] { return engine_gone(); });
        --block->held;
        if (end != WaitEnd::ready) {
            return fail(error(end));
        }
    }
    return {};
}

Result<void> Call::begin(FakeOperation operation, std::string_view service) {
    const std::optional<FakeFailure> failure = engine_.faults.count(operation, service);
    if (stop_.stop_requested()) {
        return fail(error(WaitEnd::cancelled));
    }
    if (engine_gone()) {
        return fail(error(WaitEnd::interrupted));
    }
    if (auto passed = pass_blocks(operation, service); !passed) {
        return passed;
    }
    const Time latency = service.empty()
                             ? engine_.latency
                             : engine_.faults.script_of(service)->latency.value_or(engine_.latency);
    if (latency > Time::zero()) {
        const WaitEnd end = wait(nullptr, engine_.scheduler.from_now(latency), [] { return false; });
        if (end != WaitEnd::deadline) {
            return fail(error(end));
        }
    }
    if (!failure) {
        return {};
    }
    Error scripted =
        error(failure->code, failure->message.empty()
                                 ? fmt::format("this failure of '{}' was scripted", to_string(operation))
                                 : failure->message);
    if (failure->lost_reply) {
        lost_reply_ = std::move(scripted);
        return {};
    }
    return fail(std::move(scripted));
}

} // namespace fairlead::fake
