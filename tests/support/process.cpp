// SPDX-License-Identifier: MIT
#include "process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace fairlead::test {
namespace {

struct Pipe {
    int read_end = -1;
    int write_end = -1;
};

Pipe make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw std::system_error(errno, std::generic_category(), "cannot make a pipe");
    }
    return {.read_end = ends[0], .write_end = ends[1]};
}

std::vector<std::string> environment_of(const Command& command) {
    std::vector<std::string> result;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        if (!command.environment.contains(std::string(text.substr(0, text.find('='))))) {
            result.emplace_back(text);
        }
    }
    for (const auto& [name, value] : command.environment) {
        if (value) {
            result.push_back(name + "=" + *value);
        }
    }
    return result;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (std::string& text : texts) {
        pointers.push_back(text.data());
    }
    pointers.push_back(nullptr);
    return pointers;
}

/// The signals of a test program are not those of a shell's child.
pid_t spawn(const Command& command, int out, int err) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (command.output.empty()) {
        posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    } else {
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, command.output.c_str(),
                                         O_WRONLY | O_CREAT, 0600);
    }
    posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
    if (!command.folder.empty()) {
        posix_spawn_file_actions_addchdir_np(&actions, command.folder.c_str());
    }
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);

    std::vector<std::string> arguments = command.arguments;
    std::vector<std::string> environment = environment_of(command);
    pid_t pid = -1;
    const int failure = ::posix_spawnp(&pid, arguments.front().c_str(), &actions, &attributes,
                                       pointers_to(arguments).data(), pointers_to(environment).data());
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (failure != 0) {
        throw std::system_error(failure, std::generic_category(), "cannot run " + arguments.front());
    }
    return pid;
}

} // namespace

Process::Process(const Command& command)
    : name_(fmt::format("{}", fmt::join(command.arguments, " "))),
      begin_(std::chrono::steady_clock::now()) {
    const Pipe out = make_pipe();
    const Pipe err = make_pipe();
    pid_ = spawn(command, out.write_end, err.write_end);
    ::close(out.write_end);
    ::close(err.write_end);
    out_reader_ =
        std::jthread([this, out, first = command.first_line_only] { read(out.read_end, out_, first); });
    err_reader_ = std::jthread([this, err] { read(err.read_end, err_, false); });
    reaper_ = std::jthread([this] { reap(); });
}

Process::~Process() {
    signal(SIGKILL);
}

void Process::read(int descriptor, Capture& capture, bool first_line_only) {
    std::array<char, 65536> buffer{};
    for (;;) {
        const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) {
            continue;
        }
        const std::lock_guard lock(mutex_);
        if (count > 0) {
            capture.text.append(buffer.data(), static_cast<std::size_t>(count));
        }
        if (count <= 0 || (first_line_only && capture.text.find('\n') != std::string::npos)) {
            capture.open = false;
            ::close(descriptor);
            changed_.notify_all();
            return;
        }
        changed_.notify_all();
    }
}

void Process::reap() {
    siginfo_t info{};
    // Left in place until nobody can signal it any more: its number may be given to another process.
    while (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
    }
    const std::lock_guard lock(mutex_);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    took_ = std::chrono::steady_clock::now() - begin_;
    code_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    changed_.notify_all();
}

void Process::signal(int number) {
    const std::lock_guard lock(mutex_);
    if (!code_) {
        ::kill(pid_, number);
    }
}

std::string Process::written() const {
    return fmt::format("`{}`\n--- stdout\n{}\n--- stderr\n{}\n---", name_, out_.text, err_.text);
}

void Process::await(const Capture& capture, std::string_view text) {
    std::unique_lock lock(mutex_);
    const auto found = [&] { return capture.text.find(text) != std::string::npos; };
    changed_.wait_for(lock, patience, [&] { return found() || !capture.open; });
    if (!found()) {
        throw std::runtime_error(fmt::format("never wrote '{}': {}", text, written()));
    }
}

void Process::await_out(std::string_view text) {
    await(out_, text);
}

void Process::await_err(std::string_view text) {
    await(err_, text);
}

Outcome Process::wait() {
    std::unique_lock lock(mutex_);
    const bool ended =
        changed_.wait_for(lock, patience, [this] { return code_ && !err_.open && !out_.open; });
    if (!ended) {
        throw std::runtime_error("did not end: " + written());
    }
    return {.code = *code_, .out = out_.text, .err = err_.text, .took = took_};
}

Outcome run(const Command& command) {
    return Process(command).wait();
}

} // namespace fairlead::test
