// SPDX-License-Identifier: MIT
#include "request_reader.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <utility>

namespace fairlead::test {
namespace {

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
}

} // namespace

bool RequestReader::take_line(std::string_view& bytes, std::string& out) {
    const auto end = bytes.find('\n');
    const auto size = end == std::string_view::npos ? bytes.size() : end + 1;
    pending_ += bytes.substr(0, size);
    bytes.remove_prefix(size);
    if (end == std::string_view::npos) {
        return false;
    }
    out = std::exchange(pending_, {});
    return true;
}

/// Decides on the request, now that all about its body is known.
void RequestReader::end_of_head() {
    const std::string line = head_.substr(0, head_.find(" HTTP/"));
    const std::string fields = lower(head_);
    passes_ = begin_(line);
    if (fields.find("\r\ntransfer-encoding: chunked") != std::string::npos) {
        state_ = State::chunk_size;
        return;
    }
    const std::string name = "\r\ncontent-length:";
    const auto length = fields.find(name);
    left_ = length == std::string::npos
                ? 0
                : std::strtoull(fields.c_str() + length + name.size(), nullptr, 10);
    state_ = left_ > 0 ? State::body : State::head;
}

std::string RequestReader::read(std::string_view bytes) {
    std::string passed;
    const auto pass = [&](std::string_view text) {
        if (passes_) {
            passed += text;
        }
    };
    const auto take_body = [&](State next) {
        const auto size = std::min(left_, bytes.size());
        pass(bytes.substr(0, size));
        bytes.remove_prefix(size);
        left_ -= size;
        if (left_ == 0) {
            state_ = next;
        }
    };
    while (!bytes.empty()) {
        std::string line;
        switch (state_) {
        case State::head:
            if (take_line(bytes, line)) {
                head_ += line;
                if (line == "\r\n") {
                    end_of_head();
                    pass(std::exchange(head_, {}));
                }
            }
            break;
        case State::body:
            take_body(State::head);
            break;
        case State::chunk_size:
            if (take_line(bytes, line)) {
                left_ = std::strtoull(line.c_str(), nullptr, 16);
                state_ = left_ > 0 ? State::chunk : State::trailer;
                pass(line);
            }
            break;
        case State::chunk:
            take_body(State::chunk_end);
            break;
        case State::chunk_end:
            if (take_line(bytes, line)) {
                state_ = State::chunk_size;
                pass(line);
            }
            break;
        case State::trailer:
            if (take_line(bytes, line)) {
                state_ = line == "\r\n" ? State::head : State::trailer;
                pass(line);
            }
            break;
        }
    }
    return passed;
}

} // namespace fairlead::test
