// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace fairlead::test {

/// Finds where each request begins in what an HTTP/1.1 client sends.
class RequestReader {
public:
    /// Called with each request's line; whether the request passes.
    using Begin = std::function<bool(const std::string& line)>;

    explicit RequestReader(Begin begin) : begin_(std::move(begin)) {}

    /// What of these bytes, and of those kept back before, is to be passed on.
    std::string read(std::string_view bytes);

private:
    enum class State { head, body, chunk_size, chunk, chunk_end, trailer };

    /// Takes a line, its end included, when there is a whole one.
    bool take_line(std::string_view& bytes, std::string& out);
    void end_of_head();

    Begin begin_;
    State state_ = State::head;
    std::string pending_;
    std::string head_;
    std::size_t left_ = 0;
    bool passes_ = true;
};

} // namespace fairlead::test
