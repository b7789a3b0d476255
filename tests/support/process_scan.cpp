// SPDX-License-Identifier: MIT
#include "process_scan.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "process.hpp"

namespace fairlead::test {
namespace {

std::map<pid_t, std::string> named_by(std::string_view text) {
    std::map<pid_t, std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const std::string name = entry.path().filename().string();
        pid_t pid = 0;
        std::from_chars(name.data(), name.data() + name.size(), pid);
        if (pid == 0 || pid == ::getpid()) {
            continue;
        }
        std::ifstream file(entry.path() / "cmdline");
        std::string line{std::istreambuf_iterator<char>(file), {}};
        std::ranges::replace(line, '\0', ' ');
        if (line.find(text) != std::string::npos) {
            found.emplace(pid, std::move(line));
        }
    }
    return found;
}

/// False when it is still there in the end.
bool await_end(pid_t pid, std::chrono::steady_clock::time_point end) {
    const int process = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
    if (process < 0) {
        return true;
    }
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    pollfd ended{.fd = process, .events = POLLIN, .revents = 0};
    const int came = ::poll(&ended, 1, std::max(0, static_cast<int>(left.count())));
    ::close(process);
    return came != 0;
}

} // namespace

std::vector<std::string> still_named_by_processes(std::string_view text) {
    const auto end = std::chrono::steady_clock::now() + patience;
    for (;;) {
        std::vector<std::string> lines;
        bool all_ended = true;
        for (const auto& [pid, line] : named_by(text)) {
            all_ended = await_end(pid, end) && all_ended;
            lines.push_back(line);
        }
        if (lines.empty() || !all_ended) {
            return lines;
        }
    }
}

} // namespace fairlead::test
