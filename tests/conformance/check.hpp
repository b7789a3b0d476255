// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <exception>
#include <optional>
#include <source_location>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <fairlead/error.hpp>

/// The suite's own expectations. It ships inside the command line, so it brings no test framework along.
/// An expectation that is not met throws `Failure`, which only the runner catches.
namespace fairlead::conformance {

class Failure : public std::exception {
public:
    Failure(std::string message, const std::source_location& where);

    [[nodiscard]] const char* what() const noexcept override;
    /// `file:line`, the file without its folder.
    [[nodiscard]] const std::string& where() const noexcept { return where_; }

private:
    std::string message_;
    std::string where_;
};

using Where = std::source_location;

[[noreturn]] void fail_case(std::string message, const Where& where = Where::current());

/// Text in quotes, with control characters and invalid bytes escaped, cut when long.
[[nodiscard]] std::string in_quotes(std::string_view text);

/// A value as a failure shows it.
template <class T>
[[nodiscard]] std::string shown(const T& value) {
    if constexpr (std::is_same_v<T, bool>) {
        return value ? "true" : "false";
    } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
        return in_quotes(value);
    } else if constexpr (std::is_arithmetic_v<T>) {
        return fmt::format("{}", value);
    } else if constexpr (requires { value.has_value(); }) {
        return value ? shown(*value) : std::string("nothing");
    } else if constexpr (requires { std::chrono::duration_cast<std::chrono::milliseconds>(value); }) {
        return fmt::format("{} ms", std::chrono::duration_cast<std::chrono::milliseconds>(value).count());
    } else if constexpr (requires { in_quotes(value.value()); }) {
        return in_quotes(value.value());
    } else if constexpr (requires { std::string(to_string(value)); }) {
        return std::string(to_string(value));
    } else {
        std::string all;
        for (const auto& each : value) {
            all += (all.empty() ? "" : ", ") + shown(each);
        }
        return "[" + all + "]";
    }
}

/// `what` is said of a failure, as a sentence that should have been true.
void expect(bool condition, std::string_view what, const Where& where = Where::current());

template <class A, class B>
void expect_equal(const A& actual, const B& expected, std::string_view what,
                  const Where& where = Where::current()) {
    if (!(actual == expected)) {
        fail_case(fmt::format("{}: expected {}, got {}", what, shown(expected), shown(actual)), where);
    }
}

template <class A, class B>
void expect_less(const A& smaller, const B& larger, std::string_view what,
                 const Where& where = Where::current()) {
    if (!(smaller < larger)) {
        fail_case(fmt::format("{}: {} is not below {}", what, shown(smaller), shown(larger)), where);
    }
}

void expect_contains(std::string_view text, std::string_view part, std::string_view what,
                     const Where& where = Where::current());

/// The value of a call that must succeed.
template <class T>
T value(Result<T> result, const Where& where = Where::current()) {
    if (!result) {
        fail_case("the call failed: " + to_string(result.error()), where);
    }
    if constexpr (!std::is_void_v<T>) {
        return std::move(*result);
    }
}

/// The error of a call that must fail with this code.
template <class T>
Error error_of(const Result<T>& result, Errc code, const Where& where = Where::current()) {
    if (result) {
        fail_case(fmt::format("expected the error {}, but the call succeeded", to_string(code)), where);
    }
    if (result.error().code != code) {
        fail_case(fmt::format("expected the error {}, got {}: {}", to_string(code),
                              to_string(result.error().code), to_string(result.error())),
                  where);
    }
    return result.error();
}

} // namespace fairlead::conformance
