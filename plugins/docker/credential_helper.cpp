// SPDX-License-Identifier: MIT
#include "credential_helper.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/json.hpp"
#include "common_names.hpp"

extern "C" char** environ;

namespace fairlead::docker {
namespace {

constexpr std::chrono::seconds time_limit{60};
constexpr std::size_t output_limit = 64UL * 1024;

/// A descriptor, closed at the end.
class Descriptor {
public:
    explicit Descriptor(int value = -1) : value_(value) {}
    Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(value_, other.value_);
        return *this;
    }
    ~Descriptor() { reset(); }

    void reset() {
        if (value_ >= 0) {
            ::close(std::exchange(value_, -1));
        }
    }
    [[nodiscard]] int get() const noexcept { return value_; }

private:
    int value_;
};

struct Pipe {
    Descriptor read;
    Descriptor write;
};

std::optional<Pipe> make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return std::nullopt;
    }
    return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

/// A child process; killed and reaped if it has not ended by itself.
class Child {
public:
    explicit Child(pid_t pid) : pid_(pid) {}
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            static_cast<void>(wait());
        }
    }

    /// Blocks until it has ended. Its exit code; -1 for a signal.
    int wait() {
        int status = 0;
        while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
        }
        pid_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

private:
    pid_t pid_;
};

/// Starts the helper with nothing open but its three standard streams.
pid_t spawn(const std::string& program, int input, int output) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    std::string name = program;
    std::string verb = "get";
    const std::array<char*, 3> arguments = {name.data(), verb.data(), nullptr};
    pid_t pid = -1;
    const int failed =
        posix_spawnp(&pid, program.c_str(), &actions, &attributes, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    errno = failed;
    return failed == 0 ? pid : -1;
}

/// Reads to the end. Nothing when it took too long, said too much, or `stop` was asked for.
std::optional<std::string> read_all(int output, const std::stop_token& stop) {
    const Descriptor wake(::eventfd(0, EFD_CLOEXEC));
    const std::stop_callback on_stop(stop, [&wake] { ::eventfd_write(wake.get(), 1); });
    const Clock::time_point deadline = deadline_in(time_limit);
    std::string text;
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
        std::array<pollfd, 2> watched = {pollfd{output, POLLIN, 0}, pollfd{wake.get(), POLLIN, 0}};
        if (left.count() <= 0 || stop.stop_requested() || text.size() > output_limit) {
            return std::nullopt;
        }
        if (::poll(watched.data(), watched.size(), static_cast<int>(left.count())) < 0 &&
            errno != EINTR) {
            return std::nullopt;
        }
        if (watched[0].revents == 0) {
            continue;
        }
        std::array<char, 4096> piece{};
        const ssize_t got = ::read(output, piece.data(), piece.size());
        if (got == 0) {
            return text;
        }
        if (got > 0) {
            text.append(piece.data(), static_cast<std::size_t>(got));
        } else if (errno != EINTR) {
            return std::nullopt;
        }
    }
}

bool is_plain(const std::string& helper) {
    return !helper.empty() && helper.find('/') == std::string::npos;
}

} // namespace

Result<std::optional<Credentials>> ask_credential_helper(const Call& call, const std::string& helper,
                                                         const std::string& registry) {
    const std::string program = "docker-credential-" + helper;
    const auto failed = [&](std::string message) {
        return call.failed(
            Errc::image_unavailable, fmt::format("the credential helper {} {}", program, message),
            "Docker's config.json names it (credsStore, credHelpers); install it, or log in without it.");
    };
    std::optional<Pipe> input = make_pipe();
    std::optional<Pipe> output = make_pipe();
    if (!is_plain(helper) || !input || !output) {
        return failed("cannot be started");
    }
    // It fits into the pipe's buffer, so writing before the start neither blocks nor raises SIGPIPE.
    if (::write(input->write.get(), registry.data(), registry.size()) < 0) {
        return failed("cannot be asked");
    }
    input->write.reset();
    const pid_t pid = spawn(program, input->read.get(), output->write.get());
    if (pid < 0) {
        return failed(fmt::format("cannot be started: {}", std::strerror(errno)));
    }
    Child child(pid);
    output->write.reset();
    const std::optional<std::string> text = read_all(output->read.get(), call.stop);
    if (!text) {
        return call.stop.stop_requested() ? call.failed(Errc::cancelled, "it was cancelled")
                                          : failed("does not answer");
    }
    if (child.wait() != 0) {
        // This is how helpers say that they have none; the protocol knows no other way.
        if (text->find("credentials not found") != std::string::npos) {
            return std::optional<Credentials>{};
        }
        return failed("failed");
    }
    const Json json = parse_json(*text).value_or(Json{});
    const std::string user = text_of(at(json, {"Username"}));
    const std::string secret = text_of(at(json, {"Secret"}));
    if (user.empty() && secret.empty()) {
        return failed("answered nothing that makes sense");
    }
    if (user == "<token>") {
        return std::optional(Credentials{.user = {}, .password = {}, .identity_token = secret});
    }
    return std::optional(Credentials{.user = user, .password = secret, .identity_token = {}});
}

} // namespace fairlead::docker
