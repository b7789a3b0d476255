// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <string>
#include <utility>

#include <fairlead/container_spec.hpp>
#include <fairlead/error.hpp>

namespace fairlead::conformance {

/// The engine cannot honour a field that the case is about, and said so as the contract asks.
class Refusal : public std::exception {
public:
    explicit Refusal(std::string message) : message_(std::move(message)) {}

    [[nodiscard]] const char* what() const noexcept override;

private:
    std::string message_;
};

/// Whether the error is `unsupported` and its message names a field that an engine may refuse and that
/// the container has set. What every container of the suite has (image, command, environment, labels, the
/// network mode `usual`) no engine may refuse.
[[nodiscard]] bool is_refusal(const Error& error, const ContainerSpec& spec, NetworkMode usual);

} // namespace fairlead::conformance
