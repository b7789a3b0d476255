// SPDX-License-Identifier: MIT
#include "diagnostics.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace fairlead::stack_file {
namespace {

// A file may be wrong a million times over; nobody reads more than this.
constexpr std::size_t most_kept = 100;

std::string with_path(std::string_view path, std::string_view message) {
    return path.empty() ? std::string(message) : fmt::format("{}: {}", path, message);
}

} // namespace

std::string locate(std::string_view file, Position position) {
    return fmt::format("{}:{}:{}", file, position.line, position.column);
}

bool Diagnostics::full() const noexcept {
    return count_ >= most_kept;
}

void Diagnostics::add(Position position, std::string subject, std::string message, std::string hint) {
    if (++count_ > most_kept) {
        return;
    }
    mistakes_.push_back({position,
                         count_,
                         {.code = Errc::invalid_file,
                          .operation = "read",
                          .subject = std::move(subject),
                          .message = std::move(message),
                          .hint = std::move(hint)}});
}

void Diagnostics::mistake(const Field& field, std::string message, std::string hint) {
    if (!field.node().faulty) {
        mistake(field.position(), field.path(), std::move(message), std::move(hint));
    }
}

void Diagnostics::misnamed(const Field& field, std::string message, std::string hint) {
    mistake(field.named_at(), field.path(), std::move(message), std::move(hint));
}

void Diagnostics::mistake(Position position, std::string_view path, std::string message,
                          std::string hint) {
    add(position, locate(file_, position), with_path(path, message), std::move(hint));
}

void Diagnostics::mistake(std::string message, std::string hint) {
    add({}, file_, std::move(message), std::move(hint));
}

void Diagnostics::mistake_in(std::string_view file, Position position, std::string message,
                             std::string hint) {
    add({}, locate(file, position), std::move(message), std::move(hint));
}

void Diagnostics::warn_in(std::string_view file, Position position, std::string_view message) {
    if (warnings_.size() < most_kept) {
        warnings_.push_back(fmt::format("{}: {}", locate(file, position), message));
    }
}

void Diagnostics::warn(const Field& field, std::string_view message) {
    warn_in(file_, field.position(), with_path(field.path(), message));
}

Error Diagnostics::take_error() {
    std::ranges::sort(mistakes_, {}, [](const Mistake& mistake) {
        return std::tuple{mistake.position.line, mistake.position.column, mistake.number};
    });
    if (count_ == 1) {
        return std::move(mistakes_.front().error);
    }
    Error all{.code = Errc::invalid_file,
              .operation = "read",
              .subject = file_,
              .message = fmt::format("{} mistakes", count_)};
    for (Mistake& mistake : mistakes_) {
        mistake.error.operation.clear();
        all.causes.push_back(std::move(mistake.error));
    }
    if (count_ > mistakes_.size()) {
        all.hint = fmt::format("Only the first {} are shown.", mistakes_.size());
    }
    return all;
}

} // namespace fairlead::stack_file
