// SPDX-License-Identifier: MIT
#include "check.hpp"

namespace fairlead::conformance {
namespace {

constexpr std::size_t longest_shown = 400;

} // namespace

Failure::Failure(std::string message, const std::source_location& where) : message_(std::move(message)) {
    const std::string_view path = where.file_name();
    where_ = fmt::format("{}:{}", path.substr(path.rfind('/') + 1), where.line());
}

const char* Failure::what() const noexcept {
    return message_.c_str();
}

void fail_case(std::string message, const Where& where) {
    throw Failure(std::move(message), where);
}

std::string in_quotes(std::string_view text) {
    std::string result = "\"";
    for (const char each : text.substr(0, longest_shown)) {
        const auto byte = static_cast<unsigned char>(each);
        if (each == '\n') {
            result += "\\n";
        } else if (byte < ' ' || byte >= 0x7f) {
            result += fmt::format("\\x{:02x}", byte);
        } else {
            result += each;
        }
    }
    result += '"';
    if (text.size() > longest_shown) {
        result += fmt::format(" … ({} bytes)", text.size());
    }
    return result;
}

void expect(bool condition, std::string_view what, const Where& where) {
    if (!condition) {
        fail_case(fmt::format("not so: {}", what), where);
    }
}

void expect_contains(std::string_view text, std::string_view part, std::string_view what,
                     const Where& where) {
    if (text.find(part) == std::string_view::npos) {
        fail_case(fmt::format("{}: {} is not in {}", what, in_quotes(part), in_quotes(text)), where);
    }
}

} // namespace fairlead::conformance
