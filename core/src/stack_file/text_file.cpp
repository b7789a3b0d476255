// SPDX-License-Identifier: MIT
#include "text_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../descriptor.hpp"

namespace fairlead::stack_file {
namespace {

std::unexpected<Complaint> last_error() {
    const int code = errno;
    return complain(std::error_code(code, std::generic_category()).message(),
                    code == EACCES ? "Check the permissions of the file and of the folders above it."
                                   : "");
}

} // namespace

Parsed<std::string> read_text_file(const std::filesystem::path& path, std::size_t most_bytes) {
    // Without O_NONBLOCK, opening a pipe would wait for its writer before it can be refused.
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat status{};
    if (file.get() < 0 || ::fstat(file.get(), &status) != 0) {
        return last_error();
    }
    if (!S_ISREG(status.st_mode)) {
        return complain(S_ISDIR(status.st_mode) ? "it is a folder, not a file"
                                                : "it is not a regular file");
    }
    std::string text;
    std::array<char, 65536> block{};
    while (true) {
        const ssize_t got = ::read(file.get(), block.data(), block.size());
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return last_error();
        }
        if (got == 0) {
            return text;
        }
        text.append(block.data(), static_cast<std::size_t>(got));
        if (text.size() > most_bytes) {
            return complain(fmt::format("it is larger than {} bytes", most_bytes));
        }
    }
}

} // namespace fairlead::stack_file
