// SPDX-License-Identifier: MIT
#include "engine_error.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "common/json.hpp"
#include "common_names.hpp"

namespace fairlead::docker {
namespace {

constexpr std::size_t longest_message = 2000;

bool says(std::string_view text, std::string_view words) {
    const auto same = [](char a, char b) {
        return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
    };
    return !std::ranges::search(text, words, same).empty();
}

bool is_port_conflict(std::string_view message) {
    return says(message, "port is already allocated") || says(message, "address already in use") ||
           says(message, "ports are not available");
}

std::string disk_hint(std::string_view message) {
    return says(message, "no space left on device") ? "Free space where the engine keeps its data." : "";
}

} // namespace

std::string engine_message(std::string_view body) {
    std::string message;
    if (const std::optional<Json> json = parse_json(body); json && json->is_object()) {
        message = text_of(at(*json, {"message"}));
    }
    if (message.empty()) {
        message = body;
    }
    while (!message.empty() && std::isspace(static_cast<unsigned char>(message.back())) != 0) {
        message.pop_back();
    }
    if (message.size() > longest_message) {
        message.resize(longest_message);
        message += "…";
    }
    return message;
}

Error engine_error(const Call& call, const HttpResponse& response) {
    std::string message = engine_message(response.body);
    if (message.empty()) {
        message = fmt::format("the engine answered {} without a word", response.status);
    }
    switch (response.status) {
    case 400:
        return call.error(Errc::invalid_spec, std::move(message));
    case 401:
    case 403:
        return call.error(Errc::unavailable, std::move(message),
                          "The engine does not let this user do it.");
    case 404:
        return call.error(Errc::not_found, std::move(message));
    case 409:
        return call.error(Errc::conflict, std::move(message));
    default:
        break;
    }
    if (response.status >= 500) {
        std::string hint = disk_hint(message);
        return call.error(Errc::engine_failed, std::move(message), std::move(hint));
    }
    return call.error(Errc::protocol,
                      fmt::format("an unexpected answer, status {}: {}", response.status, message));
}

Error create_error(const Call& call, const HttpResponse& response) {
    Error error = engine_error(call, response);
    if (is_port_conflict(error.message)) {
        error.code = Errc::port_in_use;
    } else if (error.code == Errc::conflict && says(error.message, "is already in use by container")) {
        error.hint = "Remove that container first.";
    }
    return error;
}

Error start_error(const Call& call, const HttpResponse& response) {
    Error error = engine_error(call, response);
    if (is_port_conflict(error.message)) {
        error.code = Errc::port_in_use;
        error.hint = "Stop what listens there, or publish another host port.";
    } else if (says(error.message, "no space left on device")) {
        error.code = Errc::engine_failed;
    } else if (error.code == Errc::invalid_spec || error.code == Errc::engine_failed) {
        error.code = Errc::start_failed;
    }
    return error;
}

bool is_missing_image(const HttpResponse& response) {
    return response.status == 404 && says(engine_message(response.body), "no such image");
}

Error pull_error(const Call& call, std::string_view message) {
    std::string hint = disk_hint(message);
    if (!hint.empty()) {
        return call.error(Errc::engine_failed, std::string(message), std::move(hint));
    }
    if (says(message, "unauthorized") || says(message, "authentication required") ||
        says(message, "access denied") || says(message, "access to the resource is denied") ||
        says(message, "no basic auth credentials")) {
        hint = "Log in to the registry ('docker login') and see whether the image's name is right.";
    } else if (says(message, "not found") || says(message, "manifest unknown")) {
        hint = "See whether the image's name and tag are right.";
    } else {
        hint = "See whether the registry can be reached from the engine.";
    }
    return call.error(Errc::image_unavailable, std::string(message), std::move(hint));
}

} // namespace fairlead::docker
