// SPDX-License-Identifier: MIT
#include "temp_folder.hpp"

#include <atomic>
#include <cerrno>
#include <fstream>
#include <random>
#include <system_error>

#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

namespace fairlead::test {

TempFolder::TempFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "fairlead-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
        throw std::system_error(errno, std::generic_category(), "cannot make " + name);
    }
    path_ = name;
}

TempFolder::~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path TempFolder::write(std::string_view name, std::string_view text) const {
    const std::filesystem::path file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
    return file;
}

std::string unique_project() {
    static std::atomic<unsigned> count{0};
    static const unsigned run = std::random_device{}();
    return fmt::format("t{:08x}-{}-{}", run, ::getpid(), ++count);
}

} // namespace fairlead::test
