// SPDX-License-Identifier: MIT
#include "trusted_path.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace fairlead {
namespace {

std::unexpected<Error> refuse(const std::filesystem::path& path, Errc code, std::string message,
                              std::string hint = {}) {
    return fail({.code = code,
                 .operation = "load plugin",
                 .subject = path.string(),
                 .message = std::move(message),
                 .hint = std::move(hint)});
}

std::unexpected<Error> refuse(const std::filesystem::path& path, const std::error_code& error) {
    const bool absent =
        error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory;
    return refuse(path, absent ? Errc::not_found : Errc::plugin_rejected, error.message());
}

Result<struct stat> status_of(const std::filesystem::path& path) {
    struct stat status{};
    if (::lstat(path.c_str(), &status) != 0) {
        return refuse(path, std::error_code(errno, std::generic_category()));
    }
    return status;
}

/// Only root or the caller may own it, and only its owner may write to it.
Result<void> check_owner_and_mode(const std::filesystem::path& path, const struct stat& status) {
    if (status.st_uid != 0 && status.st_uid != ::geteuid()) {
        return refuse(path, Errc::plugin_rejected,
                      fmt::format("it belongs to user {}, neither to root nor to you", status.st_uid),
                      "Use a plugin that you or an administrator installed.");
    }
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        return refuse(path, Errc::plugin_rejected,
                      fmt::format("others can write to it (mode {:04o})", status.st_mode & 07777),
                      fmt::format("Make sure of what is in it, then: chmod go-w {}", path.string()));
    }
    return {};
}

Result<void> check_ancestors(const std::filesystem::path& directory) {
    for (auto path = directory; path != path.root_path();) {
        path = path.parent_path();
        const auto status = status_of(path);
        if (!status) {
            return std::unexpected(status.error());
        }
        if ((status->st_mode & S_ISVTX) != 0) {
            continue;
        }
        if (auto trusted = check_owner_and_mode(path, *status); !trusted) {
            return trusted;
        }
    }
    return {};
}

} // namespace

Result<std::filesystem::path> trusted_path(const std::filesystem::path& directory,
                                           const std::string& name) {
    std::error_code error;
    // The folder first: that it is absent, or not safe even to look into, says more than a missing file.
    const std::filesystem::path folder = std::filesystem::canonical(directory, error);
    if (error) {
        return refuse(directory, error);
    }
    const std::filesystem::path path = std::filesystem::canonical(directory / name, error);
    if (error) {
        return refuse(directory / name, error);
    }
    for (const auto& checked : {folder, path.parent_path(), path}) {
        const auto status = status_of(checked);
        if (!status) {
            return std::unexpected(status.error());
        }
        if (auto trusted = check_owner_and_mode(checked, *status); !trusted) {
            return std::unexpected(std::move(trusted.error()));
        }
        if (checked == path && !S_ISREG(status->st_mode)) {
            return refuse(path, Errc::plugin_rejected, "it is not a regular file");
        }
    }
    if (auto trusted = check_ancestors(path.parent_path()); !trusted) {
        return std::unexpected(std::move(trusted.error()));
    }
    return path;
}

} // namespace fairlead
