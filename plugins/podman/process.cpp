// SPDX-License-Identifier: MIT
#include "process.hpp"

#include <utility>

#include <boost/asio/post.hpp>

#include "process_state.hpp"

namespace fairlead::podman {
namespace {

constexpr std::size_t longest_out = 256UL << 20;
constexpr std::size_t longest_err = 64UL * 1024;

} // namespace

Process::Process(std::shared_ptr<State> state) : state_(std::move(state)) {}
Process::Process(Process&&) noexcept = default;

Process::~Process() {
    if (!state_) {
        return;
    }
    {
        const std::lock_guard lock(state_->mutex);
        state_->abandoned = true;
        state_->pieces.clear();
        state_->waiting = 0;
        if (state_->ended) {
            return;
        }
    }
    boost::asio::post(state_->context, [state = state_] { state->abandon(); });
}

void Process::terminate() {
    boost::asio::post(state_->context, [state = state_] { state->terminate(); });
}

Result<std::optional<Piece>> Process::next(const Call& call, Clock::time_point deadline) {
    std::unique_lock lock(state_->mutex);
    const auto ready = [this] { return !state_->pieces.empty() || state_->ended; };
    const bool came = deadline == no_deadline
                          ? state_->changed.wait(lock, call.stop, ready)
                          : state_->changed.wait_until(lock, call.stop, deadline, ready);
    if (!came) {
        return call.stop.stop_requested() ? call.cancelled()
                                          : call.failed(Errc::timeout, "podman did not finish in time");
    }
    if (state_->pieces.empty()) {
        return std::nullopt;
    }
    Piece piece = std::move(state_->pieces.front());
    state_->pieces.pop_front();
    const bool was_full = state_->waiting >= most_waiting;
    state_->waiting -= piece.bytes.size();
    if (was_full && state_->waiting < most_waiting) {
        boost::asio::post(state_->context, [state = state_] { state->resume(); });
    }
    return piece;
}

Ending Process::ending() const {
    const std::lock_guard lock(state_->mutex);
    return state_->ending;
}

Result<Finished> collect(const Call& call, Process& process, Clock::time_point deadline,
                         const PieceObserver& observer) {
    Finished finished;
    for (;;) {
        auto piece = process.next(call, deadline);
        if (!piece) {
            return std::unexpected(std::move(piece.error()));
        }
        if (!*piece) {
            finished.ending = process.ending();
            return finished;
        }
        if (observer) {
            observer(**piece);
        }
        if ((*piece)->from_stderr) {
            finished.err += (*piece)->bytes;
            if (finished.err.size() > 2 * longest_err) {
                finished.err.erase(0, finished.err.size() - longest_err);
            }
        } else {
            finished.out += (*piece)->bytes;
        }
        if (finished.out.size() > longest_out) {
            return call.failed(Errc::protocol, "podman printed more than 256 MiB");
        }
    }
}

} // namespace fairlead::podman
