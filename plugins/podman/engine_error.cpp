// SPDX-License-Identifier: MIT
#include "engine_error.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <initializer_list>

#include <fmt/format.h>

namespace fairlead::podman {
namespace {

constexpr std::size_t longest_message = 2000;

bool says(std::string_view text, std::string_view words) {
    const auto same = [](char a, char b) {
        return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
    };
    return !std::ranges::search(text, words, same).empty();
}

bool says_any(std::string_view text, std::initializer_list<std::string_view> phrases) {
    return std::ranges::any_of(phrases, [text](std::string_view phrase) { return says(text, phrase); });
}

bool is_log_line(std::string_view line) {
    return line.starts_with("time=\"") || line.starts_with("WARN[") || line.starts_with("WARN ") ||
           line.starts_with("ERRO[") || line.starts_with("failed to connect to syslog");
}

bool is_absent(std::string_view message) {
    return says_any(message, {"no such container", "no container with name or id", "no such object",
                              "network not found", "no such network", "no such volume"});
}

bool is_taken(std::string_view message) {
    return says_any(message, {"is already in use", "already exists", "already used", "is being used",
                              "has associated containers"});
}

bool is_out_of_reach(std::string_view message) {
    return says_any(message,
                    {"cannot connect to podman", "unable to connect to podman", "connection refused",
                     "please verify your connection", "cannot set up namespace",
                     "creating runtime static files directory", "acquiring runtime init lock"});
}

bool is_missing_image_message(std::string_view message) {
    return says_any(message,
                    {"image not known", "no such image", "did not resolve to an alias",
                     "initializing source", "manifest unknown", "unable to copy from source",
                     "reading manifest", "pinging container registry", "short-name resolution enforced",
                     "unable to find a name and tag match", "no image found", "writing blob",
                     "copying system image", "parsing image", "invalid reference format"});
}

std::string image_hint(std::string_view message) {
    if (says_any(message, {"unauthorized", "authentication required", "access denied", "denied:"})) {
        return "Log in to the registry ('podman login') and see whether the image's name is right.";
    }
    if (says_any(message, {"manifest unknown", "not found", "name unknown"})) {
        return "See whether the image's name and tag are right.";
    }
    if (says(message, "did not resolve to an alias")) {
        return "Write the image's name with its registry, or configure unqualified-search-registries.";
    }
    if (says_any(message, {"http response to https", "certificate"})) {
        return "The registry speaks no TLS that podman trusts; see 'insecure' in podman's "
               "registries.conf.";
    }
    return says(message, "image not known")
               ? "The pull policy forbids to fetch it; load or build it first."
               : "See whether the registry can be reached.";
}

} // namespace

std::string engine_message(std::string_view err) {
    std::string message;
    std::string last;
    bool found = false;
    while (!err.empty()) {
        const auto end = err.find('\n');
        std::string_view line = err.substr(0, end);
        err.remove_prefix(end == std::string_view::npos ? err.size() : end + 1);
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        if (line.empty() || is_log_line(line)) {
            continue;
        }
        last = line;
        if (constexpr std::string_view word = "Error: "; line.starts_with(word)) {
            message = line.substr(word.size());
            found = true;
        } else if (found) {
            message += fmt::format("\n{}", line);
        }
    }
    message = found ? message : last;
    if (message.size() > longest_message) {
        message.resize(longest_message);
        message += "…";
    }
    return message;
}

Error engine_error(const Call& call, const Finished& finished) {
    if (finished.ending.by_signal) {
        return call.error(Errc::engine_failed,
                          finished.ending.code < 0
                              ? "podman ended, and its exit code is lost: the program waits for children "
                                "that are not its own"
                              : fmt::format("podman was killed by signal {}", finished.ending.code - 128),
                          "Try again; what it left is found by its labels.");
    }
    std::string message = engine_message(finished.err);
    if (message.empty()) {
        message = fmt::format("podman failed with exit code {} and said nothing", finished.ending.code);
    }
    if (says(message, "no space left on device")) {
        return call.error(Errc::engine_failed, std::move(message),
                          "Free space where podman keeps its data.");
    }
    if (is_out_of_reach(message)) {
        return call.error(Errc::unavailable, std::move(message),
                          "See whether 'podman info' works for this user.");
    }
    if (is_absent(message)) {
        return call.error(Errc::not_found, std::move(message));
    }
    if (is_taken(message)) {
        return call.error(Errc::conflict, std::move(message));
    }
    return call.error(Errc::engine_failed, std::move(message));
}

Error start_error(const Call& call, const Finished& finished) {
    Error error = engine_error(call, finished);
    const std::string& message = error.message;
    if (error.code == Errc::engine_failed && !error.hint.empty()) {
        return error;
    }
    // Before what it looks like otherwise: "address already in use" also reads like a name that is taken.
    if (says_any(message,
                 {"address already in use", "port is already allocated", "cannot listen on the"})) {
        error.code = Errc::port_in_use;
        error.hint = "Stop what listens there, or publish another host port.";
    } else if (says_any(message, {"that name is already in use", "is already in use by"})) {
        error.code = Errc::conflict;
        error.hint = "Remove that container first.";
    } else if (is_missing_image_message(message)) {
        error.code = Errc::image_unavailable;
        error.hint = image_hint(message);
    } else if (says_any(message, {"container-init binary not found", "lookup init binary"})) {
        error.code = Errc::unsupported;
        error.message = "init: " + message;
        error.hint = "Install catatonit, or name another program as init_path in containers.conf.";
    } else if (says(message, "invalid IP address in add-host: \"host-gateway\"")) {
        error.code = Errc::unsupported;
        error.message = "extra_hosts: this podman does not know 'host-gateway'";
        error.hint = "The host is reachable as host.containers.internal.";
    } else if (finished.ending.code >= podman_failed && error.code == Errc::engine_failed) {
        error.code = Errc::start_failed;
    }
    return error;
}

bool is_missing_network(const Finished& finished) {
    return finished.ending.code != 0 && says(engine_message(finished.err), "network not found");
}

bool is_already_there(const Finished& finished) {
    return finished.ending.code != 0 && says(engine_message(finished.err), "already exists");
}

} // namespace fairlead::podman
