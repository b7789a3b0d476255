// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace fairlead::docker {

/// Cuts a stream into the JSON objects it consists of, however they are split or joined on the way.
class JsonSplitter {
public:
    /// Larger than anything an engine sends as one object.
    static constexpr std::size_t longest_object = 4UL * 1024 * 1024;

    void feed(std::string_view bytes) { buffer_ += bytes; }

    /// The next complete object, or nothing until more has been fed.
    [[nodiscard]] std::optional<std::string> next();

    /// Whether the stream makes no sense: something that is not an object, or one without end.
    [[nodiscard]] bool broken() const noexcept { return broken_; }

    /// Whether the stream may end here.
    [[nodiscard]] bool at_boundary() const noexcept { return buffer_.empty(); }

private:
    std::string buffer_;
    /// Where scanning goes on, so that an object that comes in many pieces is read once.
    std::size_t scanned_ = 0;
    std::size_t depth_ = 0;
    bool in_string_ = false;
    bool escaped_ = false;
    bool broken_ = false;
};

} // namespace fairlead::docker
