// SPDX-License-Identifier: MIT
#include "trusted_file.hpp"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

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

std::unexpected<Error> refuse_errno(const std::filesystem::path& path, int error) {
    const bool absent = error == ENOENT || error == ENOTDIR;
    return refuse(path, absent ? Errc::not_found : Errc::plugin_rejected,
                  std::generic_category().message(error));
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
                      fmt::format("Make sure of its content, then: chmod go-w {}", path.string()));
    }
    return {};
}

Result<void> check_directory(const std::filesystem::path& path, int descriptor) {
    struct stat status {};
    if (::fstat(descriptor, &status) != 0) {
        return refuse_errno(path, errno);
    }
    return check_owner_and_mode(path, status);
}

Result<void> check_directory(const std::filesystem::path& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
        return refuse_errno(path, errno);
    }
    return check_owner_and_mode(path, status);
}

} // namespace

TrustedFile::~TrustedFile() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

std::string TrustedFile::path() const { return fmt::format("/proc/{}/fd/{}", ::getpid(), descriptor_); }

Result<TrustedFile> TrustedFile::open(const std::filesystem::path& directory, const std::string& name) {
    const TrustedFile folder(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder.descriptor_ < 0) {
        return refuse_errno(directory, errno);
    }
    const std::filesystem::path path = directory / name;
    TrustedFile file(::openat(folder.descriptor_, name.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (file.descriptor_ < 0) {
        return refuse_errno(path, errno);
    }
    if (auto trusted = check_directory(directory, folder.descriptor_); !trusted) {
        return std::unexpected(std::move(trusted.error()));
    }
    struct stat status {};
    if (::fstat(file.descriptor_, &status) != 0) {
        return refuse_errno(path, errno);
    }
    if (!S_ISREG(status.st_mode)) {
        return refuse(path, Errc::plugin_rejected, "it is not a regular file");
    }
    if (auto trusted = check_owner_and_mode(path, status); !trusted) {
        return std::unexpected(std::move(trusted.error()));
    }
    // A link may lead elsewhere: the folder that really holds the file must be as safe.
    std::error_code error;
    const auto real = std::filesystem::read_symlink(file.path(), error);
    if (error) {
        return refuse(path, Errc::plugin_rejected, "cannot tell where it is: " + error.message(),
                      "The /proc file system must be mounted.");
    }
    if (auto trusted = check_directory(real.parent_path()); !trusted) {
        return std::unexpected(std::move(trusted.error()));
    }
    return file;
}

} // namespace fairlead
