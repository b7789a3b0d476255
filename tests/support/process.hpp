// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <sys/types.h>

namespace fairlead::test {

/// Far more than anything takes on a loaded machine, and less than the test runner's patience.
inline constexpr std::chrono::seconds patience{90};

struct Command {
    std::vector<std::string> arguments;
    /// On top of the test's own environment; nothing = not set.
    std::map<std::string, std::optional<std::string>> environment{};
    std::filesystem::path folder{};
    /// Where its standard output goes; empty = it is captured.
    std::filesystem::path output{};
    /// The reader of its standard output leaves after the first line, as `head -1` does.
    bool first_line_only = false;
};

/// How a process ended, and what it wrote.
struct Outcome {
    /// What it returned; a signal that killed it, negative.
    int code = 0;
    std::string out;
    std::string err;
    std::chrono::duration<double> took{};
};

/// A running program. Everything that takes longer than `patience` throws, and says what was written.
class Process {
public:
    explicit Process(const Command& command);
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    /// Kills it if it still runs.
    ~Process();

    [[nodiscard]] pid_t pid() const { return pid_; }

    /// Nothing happens if it has ended.
    void signal(int number);

    /// Waits until the text has been written; throws if the process ends before.
    void await_out(std::string_view text);
    void await_err(std::string_view text);

    /// Waits for its end.
    Outcome wait();

private:
    struct Capture {
        std::string text;
        bool open = true;
    };

    void read(int descriptor, Capture& capture, bool first_line_only);
    void reap();
    void await(const Capture& capture, std::string_view text);
    [[nodiscard]] std::string written() const;

    const std::string name_;
    const std::chrono::steady_clock::time_point begin_;
    pid_t pid_ = -1;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    Capture out_;
    Capture err_;
    std::optional<int> code_;
    std::chrono::duration<double> took_{};
    std::jthread out_reader_;
    std::jthread err_reader_;
    std::jthread reaper_;
};

/// Runs a program to its end.
Outcome run(const Command& command);

} // namespace fairlead::test
