// SPDX-License-Identifier: MIT
#include "owner.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <system_error>

#include <fmt/format.h>
#include <sys/types.h>
#include <unistd.h>

namespace fairlead {
namespace {

std::string first_line(const std::string& path) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line;
}

/// Field 22 of /proc/<pid>/stat, in clock ticks since boot (proc(5)); empty if it cannot be read. The
/// second field, the program's name, may hold spaces and parentheses, so counting starts behind the last
/// one.
std::string start_time_of(std::string_view pid) {
    const std::string stat = first_line(fmt::format("/proc/{}/stat", pid));
    auto position = stat.rfind(')');
    for (int field = 2; field < 22 && position != std::string::npos; ++field) {
        position = stat.find(' ', position + 1);
    }
    if (position == std::string::npos) {
        return {};
    }
    const auto end = stat.find(' ', position + 1);
    return stat.substr(position + 1, end - position - 1);
}

/// The number in `pid:[4026531836]`; empty if it cannot be read.
std::string pid_namespace() {
    std::error_code failed;
    std::string link = std::filesystem::read_symlink("/proc/self/ns/pid", failed).string();
    std::erase_if(link, [](char c) { return c < '0' || c > '9'; });
    return link;
}

bool is_number(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

} // namespace

Owner this_owner() {
    static const std::string boot = first_line("/proc/sys/kernel/random/boot_id");
    // The rest is not kept: after a fork the child is another process.
    return {.boot = boot,
            .pid = fmt::format("{}", ::getpid()),
            .start_time = start_time_of("self"),
            .pid_namespace = pid_namespace()};
}

std::optional<Owner> read_owner(std::string_view label) {
    std::array<std::string_view, 4> parts;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto end = i + 1 < parts.size() ? label.find(':') : label.size();
        if (end == std::string_view::npos) {
            return {};
        }
        parts[i] = label.substr(0, end);
        label.remove_prefix(std::min(end + 1, label.size()));
    }
    const auto [boot, pid, start_time, pid_namespace] = parts;
    if (boot.empty() || !is_number(pid) || !is_number(start_time) || !is_number(pid_namespace)) {
        return {};
    }
    return Owner{.boot = std::string(boot),
                 .pid = std::string(pid),
                 .start_time = std::string(start_time),
                 .pid_namespace = std::string(pid_namespace)};
}

std::string to_string(const Owner& owner) {
    return fmt::format("{}:{}:{}:{}", owner.boot, owner.pid, owner.start_time, owner.pid_namespace);
}

OwnerLife life_of(const Owner& owner) {
    const Owner self = this_owner();
    if (owner.boot != self.boot || owner.pid_namespace != self.pid_namespace) {
        return OwnerLife::unknown;
    }
    pid_t pid = 0;
    std::from_chars(owner.pid.data(), owner.pid.data() + owner.pid.size(), pid);
    if (pid <= 0) {
        return OwnerLife::unknown;
    }
    // The signal tells even of processes that /proc hides; a start time, whether it is the same one.
    if (::kill(pid, 0) != 0 && errno == ESRCH) {
        return OwnerLife::dead;
    }
    const std::string start_time = start_time_of(owner.pid);
    return start_time.empty() || start_time == owner.start_time ? OwnerLife::alive : OwnerLife::dead;
}

} // namespace fairlead
