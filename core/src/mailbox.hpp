// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

namespace fairlead {

/// Messages from many threads to one, in the order in which they were posted.
template <class Message>
class Mailbox {
public:
    void post(Message message) {
        {
            const std::lock_guard lock(mutex_);
            messages_.push_back(std::move(message));
        }
        arrived_.notify_one();
    }

    /// The oldest message; blocks until there is one. Nothing when `stop` is asked for first.
    [[nodiscard]] std::optional<Message> take(const std::stop_token& stop) {
        std::unique_lock lock(mutex_);
        if (!arrived_.wait(lock, stop, [this] { return !messages_.empty(); })) {
            return std::nullopt;
        }
        Message message = std::move(messages_.front());
        messages_.pop_front();
        return message;
    }

private:
    std::mutex mutex_;
    std::condition_variable_any arrived_;
    std::deque<Message> messages_;
};

} // namespace fairlead
