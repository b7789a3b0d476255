// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <fairlead/error.hpp>

#include "node.hpp"

namespace fairlead::stack_file {

/// Collects what is wrong and what is odd in one file, so that a person can correct all of it at once.
class Diagnostics {
public:
    explicit Diagnostics(std::string file) : file_(std::move(file)) {}

    /// `named` points at the key rather than the value: for a key that should not be there.
    void mistake(const Field& field, std::string message, std::string hint = {});
    void misnamed(const Field& field, std::string message, std::string hint = {});
    void mistake(Position position, std::string_view path, std::string message, std::string hint = {});
    /// A mistake of the file as a whole.
    void mistake(std::string message, std::string hint = {});

    /// A mistake in another file that this one names.
    void mistake_in(std::string_view file, Position position, std::string message, std::string hint = {});

    void warn_in(std::string_view file, Position position, std::string_view message);
    void warn(const Field& field, std::string_view message);

    /// Whether further mistakes are only counted: not worth working out a hint for.
    [[nodiscard]] bool full() const noexcept;
    [[nodiscard]] std::size_t mistakes() const noexcept { return count_; }
    /// The first mistake in the file's order, the others as its causes. Only when there is one.
    [[nodiscard]] Error take_error();
    [[nodiscard]] std::vector<std::string> take_warnings() { return std::move(warnings_); }

private:
    struct Mistake {
        Position position;
        /// Which one it was, for the order of those in one place.
        std::size_t number;
        Error error;
    };

    void add(Position position, std::string subject, std::string message, std::string hint);

    std::string file_;
    std::vector<Mistake> mistakes_;
    std::vector<std::string> warnings_;
    std::size_t count_ = 0;
};

/// `file:line:column`.
[[nodiscard]] std::string locate(std::string_view file, Position position);

} // namespace fairlead::stack_file
