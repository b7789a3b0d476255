// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "common/call.hpp"
#include "common/json.hpp"
#include "common_names.hpp"
#include "http_client.hpp"

namespace fairlead::docker {

/// How a pull or a build ended: the engine reports failures in the stream, under a status that says
/// success.
struct ProgressEnd {
    std::optional<std::string> error;
};

/// Reads the JSON lines of a pull or build to the end, passing each one that is not an error on.
///
/// Errors: those of `HttpExchange::read`; `protocol` for a stream that is cut or makes no sense.
Result<ProgressEnd> read_progress(const Call& call, HttpExchange& exchange,
                                  const std::function<void(const Json&)>& observer);

} // namespace fairlead::docker
