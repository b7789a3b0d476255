// SPDX-License-Identifier: MIT
#include "thread_census.hpp"

#include <array>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

namespace fairlead::fake {
namespace {

/// One thread, asleep, and how often it had fallen asleep or been put aside by then.
struct Sleeper {
    std::string id;
    std::string switches;

    bool operator==(const Sleeper&) const = default;
};

std::string_view field(std::string_view status, std::string_view name) {
    const auto at = status.find(name);
    if (at == std::string_view::npos) {
        return {};
    }
    const auto begin = status.find_first_not_of("\t ", at + name.size());
    return begin == std::string_view::npos ? std::string_view{}
                                           : status.substr(begin, status.find('\n', begin) - begin);
}

enum class Sighting { asleep, awake, left_out };

Sighting look_at(int tasks, const char* id, Sleeper& sleeper) {
    const int file = openat(tasks, (std::string(id) + "/status").c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return Sighting::awake; // it has just ended, so something has just happened
    }
    std::array<char, 4096> buffer;
    const ssize_t size = read(file, buffer.data(), buffer.size());
    close(file);
    if (size <= 0) {
        return Sighting::awake;
    }
    const std::string_view status(buffer.data(), static_cast<std::size_t>(size));
    if (field(status, "Name:") == clock_thread_name) {
        return Sighting::left_out;
    }
    const std::string_view state = field(status, "\nState:");
    if (!state.starts_with('S') && !state.starts_with('Z') && !state.starts_with('X')) {
        return Sighting::awake;
    }
    sleeper.id = id;
    sleeper.switches = field(status, "\nvoluntary_ctxt_switches:");
    sleeper.switches += '+';
    sleeper.switches += field(status, "\nnonvoluntary_ctxt_switches:");
    return Sighting::asleep;
}

class Tasks {
public:
    Tasks() : directory_(opendir("/proc/self/task")) {}
    Tasks(const Tasks&) = delete;
    Tasks& operator=(const Tasks&) = delete;
    ~Tasks() {
        if (directory_ != nullptr) {
            closedir(directory_);
        }
    }

    [[nodiscard]] bool readable() const { return directory_ != nullptr; }

    /// Nothing if one of them is awake.
    std::optional<std::vector<Sleeper>> sleepers() {
        std::vector<Sleeper> found;
        rewinddir(directory_);
        while (const dirent* entry = readdir(directory_)) {
            if (entry->d_name[0] == '.') {
                continue;
            }
            Sleeper sleeper;
            switch (look_at(dirfd(directory_), entry->d_name, sleeper)) {
            case Sighting::awake:
                return std::nullopt;
            case Sighting::asleep:
                found.push_back(std::move(sleeper));
                break;
            case Sighting::left_out:
                break;
            }
        }
        return found;
    }

private:
    DIR* directory_;
};

} // namespace

bool others_sleep() {
    Tasks tasks;
    if (!tasks.readable()) {
        return true;
    }
    // Two rounds: a thread that is seen asleep in both without having moved in between slept at the
    // moment between the rounds, which is the same moment for all.
    const auto first = tasks.sleepers();
    return first && first == tasks.sleepers();
}

} // namespace fairlead::fake
