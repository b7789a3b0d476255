// SPDX-License-Identifier: MIT
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <unistd.h>

#include <fairlead/labels.hpp>

namespace fairlead::labels {
namespace {

std::string first_line(const char* path) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line;
}

/// Field 22 of /proc/self/stat, in clock ticks since boot (proc(5)). The second field, the program's
/// name, may hold spaces and parentheses, so counting starts behind the last one.
std::string start_time() {
    const std::string stat = first_line("/proc/self/stat");
    auto position = stat.rfind(')');
    for (int field = 2; field < 22 && position != std::string::npos; ++field) {
        position = stat.find(' ', position + 1);
    }
    if (position == std::string::npos) {
        return "0";
    }
    const auto end = stat.find(' ', position + 1);
    return stat.substr(position + 1, end - position - 1);
}

} // namespace

std::string this_process() {
    // Not kept: after a fork the child is another process.
    return fmt::format("{}:{}:{}", first_line("/proc/sys/kernel/random/boot_id"), ::getpid(),
                       start_time());
}

} // namespace fairlead::labels
