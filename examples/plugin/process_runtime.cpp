// SPDX-License-Identifier: MIT

/// An engine whose containers are processes of this machine: a development stack without containers.
///
/// A container here is a child process in a process group and a working folder of its own. Its image is
/// the machine itself, and `host` the only image there is. What would take a namespace or a cgroup
/// (networks, ports, mounts, limits, …) is refused by name: nothing is ignored.
///
/// Read it from the end: `ProcessRuntime` implements the contract of <fairlead/runtime.hpp>; what it
/// stands on comes before it. docs/plugin-authors.md walks through it.

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <filesystem>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <linux/close_range.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fairlead/labels.hpp>
#include <fairlead/plugin.hpp>

namespace {

using namespace fairlead;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

Timestamp now() {
    return std::chrono::time_point_cast<nanoseconds>(std::chrono::system_clock::now());
}

/// So much of a time as can be added to a clock's.
template <class Duration>
nanoseconds bounded(Duration time) {
    constexpr std::chrono::hours century{24 * 365 * 100};
    return time < century ? nanoseconds(time) : nanoseconds(century);
}

std::unexpected<Error> failure(Errc code, std::string operation, std::string_view subject,
                               std::string message, std::string hint = {}) {
    return fail({.code = code,
                 .operation = std::move(operation),
                 .subject = std::string(subject),
                 .message = std::move(message),
                 .hint = std::move(hint)});
}

std::unexpected<Error> cancelled(std::string operation, std::string_view subject) {
    return failure(Errc::cancelled, std::move(operation), subject, "cancelled");
}

// ---------------------------------------------------------------- options

struct Options {
    /// Where programs are looked for, unless a service sets PATH itself.
    std::string path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    /// Bytes of output kept for each container.
    std::uint64_t log_limit = 64U << 20U;
};

/// Options come as JSON text, so that host and plugin may use different JSON libraries.
Result<Options> parse_options(std::string_view text) {
    const auto refused = [](const std::string& key, std::string message) {
        return failure(Errc::invalid_spec, "read process option", key, std::move(message),
                       "The options are path (a string) and log_limit (bytes).");
    };
    const auto json = nlohmann::json::parse(text, nullptr, false);
    if (!json.is_object()) {
        return refused("", "the options are not a JSON object");
    }
    Options options;
    for (const auto& [key, value] : json.items()) {
        if (key == "path" && value.is_string()) {
            options.path = value.get<std::string>();
        } else if (key == "log_limit" && value.is_number_unsigned()) {
            options.log_limit = value.get<std::uint64_t>();
        } else {
            return refused(key, "there is no such option, or not with such a value");
        }
    }
    return options;
}

// ---------------------------------------------------------------- child processes

/// Owns a file descriptor.
class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int value) : value_(value) {}
    Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(value_, other.value_);
        return *this;
    }
    ~Descriptor() {
        if (value_ >= 0) {
            ::close(value_);
        }
    }

    [[nodiscard]] int get() const noexcept { return value_; }

private:
    int value_ = -1;
};

/// The value of a system call that must not fail.
int must(int value, const char* call) {
    if (value < 0) {
        throw std::system_error(errno, std::generic_category(), call);
    }
    return value;
}

struct Pipe {
    Descriptor in;
    Descriptor out;
};

/// Both ends are above 2, also in a host that has closed its standard streams, so the child can put them
/// into their places without one overwriting another.
Pipe make_pipe() {
    std::array<int, 2> ends{};
    must(::pipe2(ends.data(), O_CLOEXEC), "pipe");
    const Descriptor in(ends[0]);
    const Descriptor out(ends[1]);
    return {Descriptor(must(::fcntl(in.get(), F_DUPFD_CLOEXEC, 3), "duplicate a descriptor")),
            Descriptor(must(::fcntl(out.get(), F_DUPFD_CLOEXEC, 3), "duplicate a descriptor"))};
}

struct Command {
    std::vector<std::string> words;
    /// `NAME=value`
    std::vector<std::string> environment;
    std::string folder;
};

/// A running child, the leader of a process group. Whoever spawns it also reaps it.
struct Child {
    pid_t pid = 0;
    /// Readable once it has ended.
    Descriptor end;
    Descriptor out;
    Descriptor err;
};

/// As exec takes it; it changes nothing.
std::vector<char*> pointers(const std::vector<std::string>& words) {
    std::vector<char*> result;
    for (const std::string& word : words) {
        result.push_back(const_cast<char*>(word.c_str()));
    }
    result.push_back(nullptr);
    return result;
}

/// In the child, between fork and exec: only calls that are safe there, no allocation, no lock. Returns
/// only when it did not become its program.
int become(const char* folder, char** words, char** variables, pid_t parent, int out, int err) {
    ::setpgid(0, 0);
    // The kernel kills it when the *thread* that forked ends, so that thread stays as long as the child.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) {
        ::_exit(127);
    }
    for (int number = 1; number < NSIG; ++number) {
        ::signal(number, SIG_DFL);
    }
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::close(STDIN_FILENO);
    if (::open("/dev/null", O_RDONLY) != STDIN_FILENO || ::dup2(out, STDOUT_FILENO) < 0 ||
        ::dup2(err, STDERR_FILENO) < 0) {
        return errno;
    }
    // What the host forgot to mark is closed too. A kernel before 5.11 does not know the call.
    ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
    if (::chdir(folder) != 0) {
        return errno;
    }
    environ = variables;
    ::execvp(words[0], words);
    return errno;
}

/// Runs a program. Throws std::system_error, naming what it could not run.
Child spawn(const Command& command) {
    Pipe out = make_pipe();
    Pipe err = make_pipe();
    Pipe status = make_pipe();
    std::vector<char*> words = pointers(command.words);
    std::vector<char*> variables = pointers(command.environment);
    const pid_t parent = ::getpid();
    const pid_t pid = must(::fork(), "fork");
    if (pid == 0) {
        const int why = become(command.folder.c_str(), words.data(), variables.data(), parent,
                               out.out.get(), err.out.get());
        ::_exit(::write(status.out.get(), &why, sizeof why) == sizeof why ? 127 : 126);
    }
    Descriptor end(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    int why = end.get() < 0 ? errno : 0;
    status.out = {};
    // Ends without a byte when exec closes the other end.
    while (::read(status.in.get(), &why, sizeof why) < 0 && errno == EINTR) {
    }
    if (why != 0) {
        ::kill(pid, SIGKILL);
        ::waitpid(pid, nullptr, 0);
        throw std::system_error(why, std::generic_category(),
                                "run " + command.words.front() + " in " + command.folder);
    }
    // Only the ends that read: the others are the program's, which may expect that writing blocks.
    must(::fcntl(out.in.get(), F_SETFL, O_NONBLOCK), "set a pipe up");
    must(::fcntl(err.in.get(), F_SETFL, O_NONBLOCK), "set a pipe up");
    return {.pid = pid, .end = std::move(end), .out = std::move(out.in), .err = std::move(err.in)};
}

using Sink = std::function<void(LogSource, std::string_view)>;

/// How long `poll` may take, in its milliseconds.
int left_until(Clock::time_point deadline) {
    if (deadline == Clock::time_point::max()) {
        return -1;
    }
    const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, 1'000'000));
}

/// Passes on what the child writes until it ends (true) or the time is over (false). Once it has ended,
/// what it left running in its group is killed, as in a container when its first process ends.
bool pump(Child& child, const Sink& sink, Clock::time_point deadline = Clock::time_point::max()) {
    pollfd polled[] = {
        {child.out.get(), POLLIN, 0}, {child.err.get(), POLLIN, 0}, {child.end.get(), POLLIN, 0}};
    std::vector<char> buffer(1U << 16U);
    const auto read_some = [&](pollfd& stream, LogSource source) {
        const ssize_t count = stream.fd < 0 ? -1 : ::read(stream.fd, buffer.data(), buffer.size());
        if (count > 0) {
            sink(source, {buffer.data(), static_cast<std::size_t>(count)});
        } else if (count == 0) {
            stream.fd = -1; // Which poll passes over.
        }
        return count > 0;
    };
    for (;;) {
        const int ready = ::poll(polled, std::size(polled), left_until(deadline));
        if (ready == 0 && Clock::now() >= deadline) {
            return false;
        }
        const bool ended = ready > 0 && polled[2].revents != 0;
        if (ended) {
            ::kill(-child.pid, SIGKILL);
        }
        // All there is at the end; otherwise a piece of each in turn.
        while (read_some(polled[0], LogSource::stdout_stream) && ended) {
        }
        while (read_some(polled[1], LogSource::stderr_stream) && ended) {
        }
        if (ended) {
            return true;
        }
    }
}

/// Kills the group, waits for its leader, and returns the exit code. The leader's number is not given to
/// another process before this.
int reap(const Child& child) {
    ::kill(-child.pid, SIGKILL);
    int status = 0;
    pid_t reaped = 0;
    while ((reaped = ::waitpid(child.pid, &status, 0)) < 0 && errno == EINTR) {
    }
    if (reaped < 0) {
        return 255; // A host that ignores SIGCHLD has the kernel forget how children end.
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// ---------------------------------------------------------------- output

/// What a container wrote, in pieces that end with a line or with a read; the oldest make room for the
/// newest.
class Log {
public:
    struct Piece {
        LogChunk chunk;
        /// Pieces of one line have one number.
        std::uint64_t line = 0;
    };

    explicit Log(std::uint64_t limit) : limit_(limit) {}

    void append(LogSource source, std::string_view bytes) {
        const Timestamp time = now();
        while (!bytes.empty()) {
            const std::size_t newline = bytes.find('\n');
            const std::string_view piece = bytes.substr(0, newline == bytes.npos ? newline : newline + 1);
            std::uint64_t& line = open_lines_[source];
            if (line == 0) {
                line = ++lines_;
            }
            pieces_.push_back({{source, time, std::string(piece)}, line});
            size_ += piece.size();
            if (piece.ends_with('\n')) {
                line = 0;
            }
            bytes.remove_prefix(piece.size());
        }
        while (size_ > limit_ && pieces_.size() > 1) {
            size_ -= pieces_.front().chunk.bytes.size();
            pieces_.pop_front();
            ++begin_;
        }
    }

    /// Positions of pieces; `begin` moves on when old ones are dropped.
    [[nodiscard]] std::uint64_t begin() const { return begin_; }
    [[nodiscard]] std::uint64_t end() const { return begin_ + pieces_.size(); }
    [[nodiscard]] const Piece& at(std::uint64_t position) const { return pieces_[position - begin_]; }
    /// The number of the first of the last `count` lines.
    [[nodiscard]] std::uint64_t first_of_last(std::uint64_t count) const {
        return count < lines_ ? lines_ - count + 1 : 0;
    }

private:
    std::uint64_t limit_;
    std::deque<Piece> pieces_;
    std::map<LogSource, std::uint64_t> open_lines_;
    std::uint64_t begin_ = 0;
    std::uint64_t lines_ = 0;
    std::uint64_t size_ = 0;
};

// ---------------------------------------------------------------- containers and what all threads share

/// A folder that goes with its owner.
struct Folder {
    std::string path = (std::filesystem::temp_directory_path() / "fairlead-process.XXXXXX").string();

    Folder() {
        if (::mkdtemp(path.data()) == nullptr) {
            throw std::system_error(errno, std::generic_category(), "make the folder " + path);
        }
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
};

struct Health {
    Command command;
    HealthCheck check;
    bool eager = true;
    int failures = 0;
    /// How many calls of `wait_healthy` wait.
    int waiters = 0;
};

/// One container. Everything that changes is guarded by `Engine::mutex`.
struct Container {
    explicit Container(std::uint64_t log_limit) : log(log_limit) {}

    ContainerStatus status;
    Folder folder;
    Command command;
    int stop_signal = SIGTERM;
    std::optional<Health> health;
    Log log;
    /// 0 once it has ended.
    pid_t pid = 0;
    /// Spawns the process and stays with it. Joined before the rest goes, because it is the last member.
    std::jthread keeper;
};

class Subscription;

/// One mutex and one condition for everything: a few dozen processes do not need more, and there is no
/// order of locks to get wrong.
struct Engine {
    std::mutex mutex;
    std::condition_variable_any changed;
    std::map<std::string, std::shared_ptr<Container>, std::less<>> containers;
    std::set<Subscription*> subscriptions;

    std::shared_ptr<Container> find(const ContainerId& id) const {
        const auto found = std::ranges::find_if(
            containers, [&id](const auto& each) { return each.second->status.id == id; });
        return found == containers.end() ? nullptr : found->second;
    }

    void publish(ContainerEventKind kind, const ContainerStatus& status);
};

/// One reader of events. They are queued here from `connect` on, so none is lost between two calls.
class Subscription : public EventSource {
public:
    Subscription(Engine& engine, std::string_view project) : engine_(engine), project_(project) {}

    ~Subscription() override {
        const std::scoped_lock lock(engine_.mutex);
        engine_.subscriptions.erase(this);
    }

    Result<void> connect(std::stop_token) override {
        const std::scoped_lock lock(engine_.mutex);
        engine_.subscriptions.insert(this);
        return {};
    }

    Result<ContainerEvent> next(std::stop_token stop) override {
        std::unique_lock lock(engine_.mutex);
        if (!engine_.changed.wait(lock, stop, [this] { return !events_.empty(); })) {
            return cancelled("watch", project_);
        }
        ContainerEvent event = std::move(events_.front());
        events_.pop_front();
        return event;
    }

    /// Under the engine's mutex.
    void offer(const ContainerEvent& event, const std::string& project) {
        if (project == project_) {
            events_.push_back(event);
        }
    }

private:
    Engine& engine_;
    std::string project_;
    std::deque<ContainerEvent> events_;
};

void Engine::publish(ContainerEventKind kind, const ContainerStatus& status) {
    for (Subscription* subscription : subscriptions) {
        subscription->offer({.kind = kind,
                             .id = status.id,
                             .name = status.name,
                             .service = status.service,
                             .time = now(),
                             .exit_code = status.exit_code},
                            status.project);
    }
    changed.notify_all();
}

/// One reader of a container's output.
class LogReader : public LogStream {
public:
    LogReader(Engine& engine, std::shared_ptr<Container> container, const LogOptions& options)
        : engine_(engine), container_(std::move(container)), options_(options),
          position_(container_->log.begin()), end_(container_->log.end()),
          first_line_(options.tail ? container_->log.first_of_last(*options.tail) : 0) {}

private:
    Result<std::optional<LogChunk>> do_next(std::stop_token stop) override {
        std::unique_lock lock(engine_.mutex);
        const Log& log = container_->log;
        while (!stop.stop_requested()) {
            if (position_ < log.begin()) {
                position_ = log.begin();
                return LogChunk{
                    .source = LogSource::gap, .timestamp = {}, .bytes = "older output was dropped"};
            }
            while (position_ < (options_.follow ? log.end() : end_)) {
                const Log::Piece& piece = log.at(position_++);
                if (piece.line >= first_line_ &&
                    (!options_.since || piece.chunk.timestamp >= options_.since)) {
                    return piece.chunk;
                }
            }
            if (!options_.follow || container_->pid == 0) {
                return std::nullopt;
            }
            engine_.changed.wait(lock, stop,
                                 [&] { return position_ < log.end() || container_->pid == 0; });
        }
        return cancelled("read logs of", container_->status.name);
    }

    Engine& engine_;
    std::shared_ptr<Container> container_;
    LogOptions options_;
    std::uint64_t position_;
    std::uint64_t end_;
    std::uint64_t first_line_;
};

// ---------------------------------------------------------------- the threads of a container

struct Probe {
    bool passed = false;
    std::string output;
};

Probe probe(const Health& health, const std::stop_token& stop) {
    constexpr std::size_t enough = 4096;
    Probe result;
    const Sink keep_beginning = [&result](LogSource, std::string_view bytes) {
        result.output += bytes.substr(0, enough - result.output.size());
    };
    try {
        Child child = spawn(health.command);
        bool ended = false;
        {
            const std::stop_callback give_up(stop, [&child] { ::kill(-child.pid, SIGKILL); });
            ended = pump(child, keep_beginning,
                         Clock::now() + bounded(health.check.timeout.value_or(seconds{30})));
        }
        result.passed = reap(child) == 0 && ended;
        result.output += ended ? "" : "(the check took too long and was killed)";
    } catch (const std::system_error& error) {
        result.output = error.what();
    }
    return result;
}

/// Takes in what a probe found. Under the engine's mutex. Only failures at the check's own interval
/// count: those of a process that comes up, and is asked often, say nothing about its health.
void judge(Engine& engine, Container& container, Probe result, bool failure_counts) {
    Health& health = *container.health;
    ContainerStatus& status = container.status;
    status.health_output = std::move(result.output);
    ContainerState next = status.state;
    if (result.passed) {
        health.failures = 0;
        next = ContainerState::healthy;
    } else if (failure_counts &&
               now() >= *status.started_at + health.check.start_period.value_or(nanoseconds{0}) &&
               ++health.failures >= health.check.retries.value_or(3)) {
        next = ContainerState::unhealthy;
    }
    if (std::exchange(status.state, next) != next) {
        engine.publish(next == ContainerState::healthy ? ContainerEventKind::healthy
                                                       : ContainerEventKind::unhealthy,
                       status);
    }
}

/// Runs the check at its interval; fast while somebody waits for the first success.
void watch_health(Engine& engine, Container& container, const std::stop_token& stop) {
    constexpr milliseconds shortest{25};
    constexpr milliseconds longest{500};
    Health& health = *container.health;
    const HealthCheck& check = health.check;
    std::unique_lock lock(engine.mutex);
    const auto hurried = [&] {
        return health.eager && health.waiters > 0 && container.status.state != ContainerState::healthy;
    };
    milliseconds pause{0};
    while (!stop.stop_requested()) {
        const bool young =
            now() < *container.status.started_at + check.start_period.value_or(nanoseconds{0});
        const nanoseconds interval =
            young && check.start_interval ? *check.start_interval : check.interval.value_or(seconds{30});
        const auto due = Clock::now() + bounded(interval);
        const bool fast = engine.changed.wait_until(lock, stop, due, hurried);
        if (!fast) {
            pause = milliseconds{0};
        } else {
            engine.changed.wait_until(lock, stop, std::min(due, Clock::now() + pause),
                                      [] { return false; });
            pause = std::clamp(2 * pause, shortest, longest);
        }
        if (stop.stop_requested()) {
            return;
        }
        lock.unlock();
        Probe result = probe(health, stop);
        lock.lock();
        if (!stop.stop_requested()) {
            judge(engine, container, std::move(result), !fast);
        }
    }
}

/// Starts the process and stays with it until it has ended. `started` is told whether it runs.
void keep(Engine& engine, Container& container, std::promise<void> started) {
    Child child;
    try {
        child = spawn(container.command);
        container.pid = child.pid;
        started.set_value();
    } catch (...) {
        started.set_exception(std::current_exception());
        return;
    }
    {
        std::jthread health;
        if (container.health) {
            health =
                std::jthread([&](const std::stop_token& stop) { watch_health(engine, container, stop); });
        }
        pump(child, [&](LogSource source, std::string_view bytes) {
            const std::scoped_lock lock(engine.mutex);
            container.log.append(source, bytes);
            engine.changed.notify_all();
        });
    }
    // Under the mutex, so that nobody sends a signal to a number that is no longer this process's.
    const std::scoped_lock lock(engine.mutex);
    container.status.exit_code = reap(child);
    container.status.state = ContainerState::stopped;
    container.status.finished_at = now();
    container.pid = 0;
    engine.publish(ContainerEventKind::exited, container.status);
}

// ---------------------------------------------------------------- from spec to command

/// A signal by name, short name or number; 0: there is none.
int signal_number(const std::string& name) {
    for (int number = 1; number < NSIG; ++number) {
        const char* known = ::sigabbrev_np(number);
        const std::string brief = known != nullptr ? known : "-";
        if (name == brief || name == "SIG" + brief || name == std::to_string(number)) {
            return number;
        }
    }
    return name.empty() ? SIGTERM : 0;
}

/// The first field that a plain process cannot honour.
std::optional<std::string_view> unsupported_field(const ContainerSpec& spec) {
    const std::pair<bool, std::string_view> fields[] = {
        {spec.build.has_value(), "build"},
        {spec.pull_policy == PullPolicy::always || spec.pull_policy == PullPolicy::build, "pull_policy"},
        {!spec.annotations.empty(), "annotations"},
        {!spec.user.empty(), "user"},
        {!spec.hostname.empty(), "hostname"},
        {spec.init, "init"},
        {spec.read_only, "read_only"},
        {spec.tty, "tty"},
        {spec.stdin_open, "stdin_open"},
        {spec.privileged, "privileged"},
        {!spec.ports.empty(), "ports"},
        {!spec.mounts.empty(), "mounts"},
        {!spec.secrets.empty(), "secrets"},
        {!spec.configs.empty(), "configs"},
        {spec.network_mode != NetworkMode::host, "network_mode"},
        {!spec.extra_hosts.empty(), "extra_hosts"},
        {!spec.dns.empty(), "dns"},
        {!spec.cap_add.empty(), "cap_add"},
        {!spec.cap_drop.empty(), "cap_drop"},
        {!spec.security_opt.empty(), "security_opt"},
        {!spec.group_add.empty(), "group_add"},
        {!spec.devices.empty(), "devices"},
        {!spec.sysctls.empty(), "sysctls"},
        {spec.resources != Resources{}, "resources"},
        {spec.restart.mode != RestartMode::no, "restart"},
    };
    for (const auto& [asked_for, field] : fields) {
        if (asked_for) {
            return field;
        }
    }
    return std::nullopt;
}

/// That this engine can do what the spec asks for. `start` has checked before that it is well-formed.
Result<void> check(const ContainerSpec& spec) {
    const std::string name = container_name(spec);
    if (const auto field = unsupported_field(spec)) {
        return failure(Errc::unsupported, "start", name,
                       "a plain process cannot have the field '" + std::string(*field) + "'",
                       *field == "network_mode"
                           ? "Processes use the machine's own network: say \"network_mode\": \"host\"."
                           : "");
    }
    if (spec.image != "host" && spec.image != "host:latest") {
        return failure(Errc::image_unavailable, "start", name, "there is no image '" + spec.image + "'",
                       "The only image is 'host', the machine itself.");
    }
    if (signal_number(spec.stop_signal) == 0) {
        return failure(Errc::unsupported, "start", name,
                       "stop_signal: this machine knows no signal '" + spec.stop_signal + "'");
    }
    if (spec.entrypoint.value_or(std::vector<std::string>{}).empty() &&
        spec.command.value_or(std::vector<std::string>{}).empty()) {
        return failure(Errc::invalid_spec, "start", name, "the image 'host' has no command of its own",
                       "Give the service a command or an entrypoint.");
    }
    return {};
}

Command main_command(const ContainerSpec& spec, const Options& options, const std::string& folder) {
    Command command{.words = spec.entrypoint.value_or(std::vector<std::string>{}),
                    .environment = {},
                    .folder = spec.working_dir.empty() ? folder : spec.working_dir};
    const auto arguments = spec.command.value_or(std::vector<std::string>{});
    command.words.insert(command.words.end(), arguments.begin(), arguments.end());
    // Nothing of the host's environment: a stack shall not depend on who brings it up.
    std::map<std::string, std::string> variables = {{"PATH", options.path}, {"HOME", folder}};
    for (const auto& [key, value] : spec.environment) {
        variables.insert_or_assign(key, value);
    }
    for (const auto& [key, value] : variables) {
        command.environment.push_back(key + "=" + value);
    }
    return command;
}

std::optional<Health> health_of(const ContainerSpec& spec, Command command) {
    if (!spec.healthcheck || spec.healthcheck->disabled || spec.healthcheck->test.empty()) {
        return std::nullopt;
    }
    // `start` has checked that the first word is one of the two.
    const std::vector<std::string>& test = spec.healthcheck->test;
    command.words = test.front() == "CMD-SHELL" ? std::vector<std::string>{"/bin/sh", "-c"}
                                                : std::vector<std::string>{};
    command.words.insert(command.words.end(), test.begin() + 1, test.end());
    return Health{.command = std::move(command),
                  .check = *spec.healthcheck,
                  .eager = spec.health_pace == HealthPace::eager};
}

/// Of one length, so that the beginning of one is never another.
ContainerId new_id() {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::random_device random;
    std::string id(32, '0');
    std::ranges::generate(id, [&random] { return digits[random() % digits.size()]; });
    return ContainerId(id);
}

std::shared_ptr<Container> make_container(const ContainerSpec& spec, const Options& options) {
    auto container = std::make_shared<Container>(options.log_limit);
    container->command = main_command(spec, options, container->folder.path);
    container->health = health_of(spec, container->command);
    container->stop_signal = signal_number(spec.stop_signal);
    ContainerStatus& status = container->status;
    status.id = new_id();
    status.name = container_name(spec);
    status.project = spec.project;
    status.service = spec.service;
    status.image = spec.image;
    status.has_healthcheck = container->health.has_value();
    status.created_at = now();
    status.labels = spec.labels;
    return container;
}

// ---------------------------------------------------------------- the contract

class ProcessRuntime final : public ContainerRuntime {
public:
    static Result<std::unique_ptr<ContainerRuntime>> create(std::string_view text) {
        Result<Options> options = parse_options(text);
        if (!options) {
            return std::unexpected(std::move(options.error()));
        }
        return std::make_unique<ProcessRuntime>(std::move(*options));
    }

    explicit ProcessRuntime(Options options) : options_(std::move(options)) {}
    ProcessRuntime(const ProcessRuntime&) = delete;
    ProcessRuntime& operator=(const ProcessRuntime&) = delete;

    /// Containers live and die with their host.
    ~ProcessRuntime() override {
        {
            const std::scoped_lock lock(engine_.mutex);
            for (const auto& [name, container] : engine_.containers) {
                kill_group(*container);
            }
        }
        // Each one's end joins its keeper, which needs the mutex.
        for (auto& [name, container] : engine_.containers) {
            container->keeper.join();
        }
    }

private:
    Result<ContainerId> do_start(const ContainerSpec& spec, std::stop_token,
                                 const StartObserver& observer) override {
        const std::string name = container_name(spec);
        if (auto possible = check(spec); !possible) {
            return std::unexpected(std::move(possible.error()));
        }
        observer({.phase = StartProgress::Phase::creating,
                  .text = "creating " + name,
                  .done = {},
                  .total = {}});
        // Held until the program runs, some milliseconds, so nobody ever meets half a container.
        const std::scoped_lock lock(engine_.mutex);
        if (engine_.containers.contains(name)) {
            return failure(Errc::conflict, "start", name, "a container of that name exists",
                           "Remove it first, or choose another name.");
        }
        try {
            const auto container = make_container(spec, options_);
            std::promise<void> started;
            std::future<void> outcome = started.get_future();
            container->keeper =
                std::jthread([this, &kept = *container, told = std::move(started)]() mutable {
                    keep(engine_, kept, std::move(told));
                });
            outcome.get();
            container->status.state =
                container->health ? ContainerState::starting : ContainerState::running;
            container->status.started_at = now();
            engine_.containers.emplace(name, container);
            engine_.publish(ContainerEventKind::started, container->status);
            return container->status.id;
        } catch (const std::system_error& error) {
            return failure(Errc::start_failed, "start", name, error.what());
        }
    }

    Result<void> do_stop(const ContainerId& id, milliseconds grace, std::stop_token stop) override {
        std::unique_lock lock(engine_.mutex);
        const auto container = engine_.find(id);
        if (container == nullptr || container->pid == 0) {
            return {};
        }
        const auto ended = [&container] { return container->pid == 0; };
        if (grace.count() > 0) {
            // Like an engine's, the stop signal goes to the first process alone; the kill goes to all.
            ::kill(container->pid, container->stop_signal);
            engine_.changed.wait_for(lock, stop, bounded(grace), ended);
        }
        // A stop that is cancelled does not kill.
        if (!ended() && !stop.stop_requested()) {
            kill_group(*container);
            engine_.changed.wait(lock, stop, ended);
        }
        return ended() ? Result<void>{} : cancelled("stop", id.value());
    }

    Result<void> do_remove(std::string_view name, std::stop_token stop) override {
        std::unique_lock lock(engine_.mutex);
        const auto found = engine_.containers.find(name);
        if (found == engine_.containers.end()) {
            return {};
        }
        // Given up only after the lock: the last owner joins the keeper.
        std::shared_ptr<Container> container = found->second;
        kill_group(*container);
        if (!engine_.changed.wait(lock, stop, [&container] { return container->pid == 0; })) {
            return cancelled("remove", name);
        }
        // Somebody else may have removed it meanwhile, and even started another one of that name.
        const auto still = engine_.containers.find(name);
        if (still != engine_.containers.end() && still->second == container) {
            engine_.containers.erase(still);
            engine_.publish(ContainerEventKind::removed, container->status);
        }
        lock.unlock();
        return {};
    }

    Result<ContainerStatus> do_inspect(const ContainerId& id, std::stop_token) override {
        const std::scoped_lock lock(engine_.mutex);
        const auto container = engine_.find(id);
        return container != nullptr ? Result<ContainerStatus>(container->status) : absent("inspect", id);
    }

    Result<void> do_wait_healthy(const ContainerId& id, milliseconds timeout,
                                 std::stop_token stop) override {
        std::unique_lock lock(engine_.mutex);
        const auto container = engine_.find(id);
        if (container == nullptr) {
            return absent("wait for", id);
        }
        const ContainerStatus& status = container->status;
        const auto decided = [&container, &status] {
            return container->pid == 0 || !container->health || status.state == ContainerState::healthy;
        };
        if (container->health) {
            ++container->health->waiters;
            engine_.changed.notify_all();
        }
        const bool known = engine_.changed.wait_for(lock, stop, bounded(timeout), decided);
        if (container->health) {
            --container->health->waiters;
        }
        if (container->pid == 0) {
            return exited(*container);
        }
        if (known) {
            return {};
        }
        if (stop.stop_requested()) {
            return cancelled("wait for", id.value());
        }
        return fail({.code = Errc::timeout,
                     .operation = "wait for",
                     .subject = status.name,
                     .message = "it is not healthy after " + std::to_string(timeout.count()) + " ms",
                     .attachments = {{"last probe", status.health_output}}});
    }

    Result<std::unique_ptr<LogStream>> do_logs(const ContainerId& id, const LogOptions& options,
                                               std::stop_token) override {
        const std::scoped_lock lock(engine_.mutex);
        auto container = engine_.find(id);
        if (container == nullptr) {
            return absent("read logs of", id);
        }
        return std::make_unique<LogReader>(engine_, std::move(container), options);
    }

    Result<std::vector<ContainerStatus>> do_list(std::string_view project, std::stop_token) override {
        const std::scoped_lock lock(engine_.mutex);
        std::vector<ContainerStatus> listed;
        for (const auto& [name, container] : engine_.containers) {
            if (project.empty() || container->status.project == project) {
                listed.push_back(container->status);
            }
        }
        return listed;
    }

    Result<std::unique_ptr<EventSource>> do_watch(std::string_view project) override {
        return std::make_unique<Subscription>(engine_, project);
    }

    Result<void> do_ensure_network(const NetworkSpec& network, std::stop_token) override {
        return failure(Errc::unsupported, "ensure network", engine_name(network),
                       "processes use the machine's own network", "Say \"network_mode\": \"host\".");
    }

    // There are none, and an absent one is success.
    Result<void> do_remove_network(std::string_view, std::stop_token) override { return {}; }
    Result<void> do_remove_volumes(std::string_view, std::stop_token) override { return {}; }

    [[nodiscard]] Capabilities do_capabilities() const noexcept override {
        return {.probes_health = true};
    }

    Result<EngineVersion> do_version(std::stop_token) override {
        utsname kernel{};
        ::uname(&kernel);
        return EngineVersion{.engine = kernel.sysname, .version = kernel.release, .api = {}};
    }

    static void kill_group(const Container& container) {
        if (container.pid > 0) {
            ::kill(-container.pid, SIGKILL);
        }
    }

    static std::unexpected<Error> absent(std::string operation, const ContainerId& id) {
        return failure(Errc::not_found, std::move(operation), id.value(), "there is no such container");
    }

    static std::unexpected<Error> exited(const Container& container) {
        std::string last;
        const std::uint64_t first = container.log.first_of_last(20);
        for (std::uint64_t at = container.log.begin(); at < container.log.end(); ++at) {
            last += container.log.at(at).line >= first ? container.log.at(at).chunk.bytes : "";
        }
        return fail({.code = Errc::exited,
                     .operation = "wait for",
                     .subject = container.status.name,
                     .message = "it ended with exit code " +
                                std::to_string(container.status.exit_code.value_or(-1)),
                     .attachments = {{"last log lines", last}}});
    }

    Options options_;
    Engine engine_;
};

} // namespace

FAIRLEAD_RUNTIME_PLUGIN("process", "0.1.0", ProcessRuntime)
