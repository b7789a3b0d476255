// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "common/call.hpp"
#include "common_names.hpp"
#include "http_client.hpp"

namespace fairlead::docker {

[[nodiscard]] inline bool is_success(int status) {
    return status >= 200 && status < 300;
}

/// What an error answer says: the `message` of its JSON, or the text itself (a proxy's HTML page, plain
/// text), shortened to what a person can read.
[[nodiscard]] std::string engine_message(std::string_view body);

/// The error for an answer that is not a success, by its status alone.
[[nodiscard]] Error engine_error(const Call& call, const HttpResponse& response);

/// The error for a refused creation. A 404 that names the image is not for here.
[[nodiscard]] Error create_error(const Call& call, const HttpResponse& response);

/// The error for a refused start of a created container: a taken port, a command that does not exist.
[[nodiscard]] Error start_error(const Call& call, const HttpResponse& response);

/// Whether a 404 means that the image is not there, and not a network or volume.
[[nodiscard]] bool is_missing_image(const HttpResponse& response);

/// The error for an image that could not be pulled, from the engine's own words.
[[nodiscard]] Error pull_error(const Call& call, std::string_view message);

} // namespace fairlead::docker
