// SPDX-License-Identifier: MIT
#include "process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstring>
#include <deque>
#include <exception>
#include <mutex>
#include <set>
#include <thread>

#include <boost/asio/buffer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
// Boost 1.81's Process v2 uses these three without including them.
#include <boost/optional.hpp>
#include <boost/type_traits/decay.hpp>
#include <boost/type_traits/is_convertible.hpp>
//
#include <boost/process/v2/posix/default_launcher.hpp>
#include <boost/process/v2/process.hpp>
#include <boost/process/v2/stdio.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child_setup.hpp"

/// The only translation unit with Asio in it.
namespace fairlead::podman {
namespace {

namespace asio = boost::asio;
namespace boost_process = boost::process::v2;
using boost::system::error_code;

constexpr std::size_t most_waiting = 1UL << 20;
constexpr std::size_t piece_size = 64UL * 1024;
constexpr std::size_t longest_out = 256UL << 20;
constexpr std::size_t longest_err = 64UL * 1024;
/// How long a process that nobody waits for may go on, and then how long it may take to end.
constexpr std::chrono::seconds time_to_finish{10};
constexpr std::chrono::seconds patience{60};

/// What Boost's launcher lets a caller do in the child.
struct ChildInit {
    bool dies_with_us;

    template <class L>
    error_code on_exec_setup(L&, const std::filesystem::path&, const char* const*) {
        const int failed = set_up_child(dies_with_us);
        return failed == 0 ? error_code() : error_code(failed, boost::system::system_category());
    }

    // The launcher would call exit(), which runs the host's own exit handlers in the child.
    template <class... Any>
    void on_exec_error(Any&&...) {
        ::_exit(EXIT_FAILURE);
    }
};

} // namespace

/// All but what `mutex` guards belongs to the loop's thread.
struct Process::State : std::enable_shared_from_this<Process::State> {
    struct Reader {
        Reader(asio::io_context& context, bool stderr_side)
            : descriptor(context), from_stderr(stderr_side) {}
        asio::posix::stream_descriptor descriptor;
        bool from_stderr;
        bool reading = false;
        bool paused = false;
        std::array<char, piece_size> buffer{};
    };

    State(asio::io_context& io, std::function<void(const std::shared_ptr<State>&)> on_end)
        : context(io), out(io, false), err(io, true), in(io), killer(io), ended_hook(std::move(on_end)) {}

    void launch(const std::filesystem::path& program, const Command& command,
                const std::vector<std::string>& environment);
    void adopt(boost_process::process process, Pipe& in_pipe, Pipe& out_pipe, Pipe& err_pipe);
    void read(Reader& reader);
    bool deliver(const Reader& reader, std::size_t size);
    void resume();
    void write_input();
    void drain(Reader& reader);
    void on_exit(const error_code& error);
    void conclude();
    void terminate();
    void abandon();
    void report_launch(int error);

    asio::io_context& context;
    Reader out;
    Reader err;
    asio::posix::stream_descriptor in;
    asio::steady_timer killer;
    std::optional<boost_process::process> child;
    std::string input;
    bool interruptible = false;
    bool exited = false;
    Ending outcome;
    std::function<void(const std::shared_ptr<State>&)> ended_hook;

    std::mutex mutex;
    std::condition_variable_any changed;
    std::optional<int> launch_error;
    std::deque<Piece> pieces;
    std::size_t waiting = 0;
    bool abandoned = false;
    bool ended = false;
    Ending ending;
};

void Process::State::report_launch(int error) {
    const std::lock_guard lock(mutex);
    launch_error = error;
    ended = error != 0;
    changed.notify_all();
}

void Process::State::launch(const std::filesystem::path& program, const Command& command,
                            const std::vector<std::string>& environment) {
    input = command.input;
    interruptible = command.interruptible || command.dies_with_us;
    Pipe in_pipe;
    Pipe out_pipe;
    Pipe err_pipe;
    if (!in_pipe.open() || !out_pipe.open() || !err_pipe.open()) {
        report_launch(errno);
        return;
    }
    std::vector<const char*> variables;
    for (const auto* list : {&environment, &command.environment}) {
        std::ranges::transform(*list, std::back_inserter(variables),
                               [](const auto& each) { return each.c_str(); });
    }
    variables.push_back(nullptr);
    boost_process::posix::default_launcher launcher;
    launcher.env = variables.data();
    error_code error;
    boost_process::process process =
        launcher(asio::any_io_executor(context.get_executor()), error, program, command.arguments,
                 boost_process::process_stdio{in_pipe.reading.value, out_pipe.writing.value,
                                              err_pipe.writing.value},
                 ChildInit{command.dies_with_us});
    if (error) {
        // The launcher forgets a child that could not execute the program.
        if (launcher.pid > 0) {
            ::waitpid(launcher.pid, nullptr, 0);
        }
        report_launch(error.value());
        return;
    }
    adopt(std::move(process), in_pipe, out_pipe, err_pipe);
    report_launch(0);
}

void Process::State::adopt(boost_process::process process, Pipe& in_pipe, Pipe& out_pipe,
                           Pipe& err_pipe) {
    child.emplace(std::move(process));
    for (const auto& [reader, pipe] : {std::pair{&out, &out_pipe}, {&err, &err_pipe}}) {
        reader->descriptor.assign(pipe->reading.release());
        reader->descriptor.non_blocking(true);
        read(*reader);
    }
    in.assign(in_pipe.writing.release());
    write_input();
    child->async_wait(
        [self = shared_from_this()](const error_code& error, int) { self->on_exit(error); });
}

void Process::State::write_input() {
    asio::async_write(in, asio::buffer(input),
                      [self = shared_from_this()](const error_code&, std::size_t) {
                          // A child that does not read to the end says itself what it misses.
                          error_code ignored;
                          self->in.close(ignored);
                          self->input.clear();
                      });
}

void Process::State::read(Reader& reader) {
    reader.reading = true;
    reader.descriptor.async_read_some(
        asio::buffer(reader.buffer),
        [self = shared_from_this(), &reader](const error_code& error, std::size_t size) {
            reader.reading = false;
            const bool full = size > 0 && !self->deliver(reader, size);
            if (self->exited) {
                self->drain(reader);
                self->conclude();
            } else if (error) {
                error_code ignored;
                reader.descriptor.close(ignored);
            } else if (full) {
                reader.paused = true;
                // The reader may have taken everything before it was told.
                self->resume();
            } else {
                self->read(reader);
            }
        });
}

/// False when nothing more shall be read for now.
bool Process::State::deliver(const Reader& reader, std::size_t size) {
    const std::lock_guard lock(mutex);
    if (abandoned) {
        return true;
    }
    pieces.push_back(
        {.from_stderr = reader.from_stderr, .bytes = std::string(reader.buffer.data(), size)});
    waiting += size;
    changed.notify_all();
    return waiting < most_waiting;
}

void Process::State::resume() {
    {
        const std::lock_guard lock(mutex);
        if (!abandoned && waiting >= most_waiting) {
            return;
        }
    }
    for (Reader* reader : {&out, &err}) {
        if (reader->paused && reader->descriptor.is_open()) {
            reader->paused = false;
            read(*reader);
        }
    }
}

/// Takes what the pipe holds. Its end may never come: a helper that lives on may have inherited it.
void Process::State::drain(Reader& reader) {
    constexpr int most_pieces = 64;
    error_code error;
    for (int i = 0; i < most_pieces && reader.descriptor.is_open() && !error; ++i) {
        const std::size_t size = reader.descriptor.read_some(asio::buffer(reader.buffer), error);
        if (size > 0) {
            deliver(reader, size);
        }
    }
    error_code ignored;
    reader.descriptor.close(ignored);
}

void Process::State::on_exit(const error_code& error) {
    exited = true;
    killer.cancel();
    const int status = child->native_exit_code();
    // Its destructor would kill whoever has the number by now.
    child->detach();
    if (error) {
        // Somebody else in the host has waited for it, so nobody knows.
        outcome = {.code = -1, .by_signal = true};
    } else if (WIFSIGNALED(status)) {
        outcome = {.code = 128 + WTERMSIG(status), .by_signal = true};
    } else {
        outcome = {.code = WEXITSTATUS(status), .by_signal = false};
    }
    error_code ignored;
    in.close(ignored);
    for (Reader* reader : {&out, &err}) {
        // A reading that is under way may have its bytes already: it goes first, and drains the rest.
        if (reader->reading) {
            reader->descriptor.cancel(ignored);
        } else {
            drain(*reader);
        }
    }
    conclude();
}

void Process::State::conclude() {
    if (!exited || out.reading || err.reading) {
        return;
    }
    {
        const std::lock_guard lock(mutex);
        if (ended) {
            return;
        }
        ending = outcome;
        ended = true;
        changed.notify_all();
    }
    ended_hook(shared_from_this());
}

void Process::State::terminate() {
    if (exited || !child) {
        return;
    }
    ::kill(child->id(), SIGTERM);
    killer.expires_after(patience);
    killer.async_wait([self = shared_from_this()](const error_code& error) {
        if (!error && !self->exited) {
            ::kill(self->child->id(), SIGKILL);
        }
    });
}

void Process::State::abandon() {
    resume();
    if (interruptible) {
        terminate();
        return;
    }
    if (exited) {
        return;
    }
    killer.expires_after(time_to_finish);
    killer.async_wait([self = shared_from_this()](const error_code& error) {
        if (!error) {
            self->terminate();
        }
    });
}

/// The launcher's thread and what runs in it.
class Launcher::Loop {
public:
    Loop() : guard_(context.get_executor()) {
        // The thread must not be the one that takes the host's signals, nor die of a closed pipe.
        sigset_t all;
        sigset_t before;
        sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &before);
        thread_ = std::thread([this] { context.run(); });
        ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    }
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    ~Loop() {
        {
            std::unique_lock lock(mutex_);
            none_left_.wait(lock, [this] { return live_.empty(); });
        }
        guard_.reset();
        thread_.join();
    }

    void add(const std::shared_ptr<Process::State>& state) {
        const std::lock_guard lock(mutex_);
        live_.insert(state);
    }

    void remove(const std::shared_ptr<Process::State>& state) {
        const std::lock_guard lock(mutex_);
        live_.erase(state);
        none_left_.notify_all();
    }

    asio::io_context context{1};

private:
    asio::executor_work_guard<asio::io_context::executor_type> guard_;
    std::thread thread_;
    std::mutex mutex_;
    std::condition_variable none_left_;
    std::set<std::shared_ptr<Process::State>> live_;
};

Process::Process(std::shared_ptr<State> state) : state_(std::move(state)) {}
Process::Process(Process&&) noexcept = default;

Process::~Process() {
    if (!state_) {
        return;
    }
    {
        const std::lock_guard lock(state_->mutex);
        state_->abandoned = true;
        state_->pieces.clear();
        state_->waiting = 0;
        if (state_->ended) {
            return;
        }
    }
    asio::post(state_->context, [state = state_] { state->abandon(); });
}

void Process::terminate() {
    asio::post(state_->context, [state = state_] { state->terminate(); });
}

Result<std::optional<Piece>> Process::next(const Call& call, Clock::time_point deadline) {
    std::unique_lock lock(state_->mutex);
    const auto ready = [this] { return !state_->pieces.empty() || state_->ended; };
    const bool came = deadline == no_deadline
                          ? state_->changed.wait(lock, call.stop, ready)
                          : state_->changed.wait_until(lock, call.stop, deadline, ready);
    if (!came) {
        return call.stop.stop_requested() ? call.cancelled()
                                          : call.failed(Errc::timeout, "podman did not finish in time");
    }
    if (state_->pieces.empty()) {
        return std::nullopt;
    }
    Piece piece = std::move(state_->pieces.front());
    state_->pieces.pop_front();
    const bool was_full = state_->waiting >= most_waiting;
    state_->waiting -= piece.bytes.size();
    if (was_full && state_->waiting < most_waiting) {
        asio::post(state_->context, [state = state_] { state->resume(); });
    }
    return piece;
}

Ending Process::ending() const {
    const std::lock_guard lock(state_->mutex);
    return state_->ending;
}

Launcher::Launcher(std::string program, std::vector<std::string> environment)
    : program_(std::move(program)), environment_(std::move(environment)),
      loop_(std::make_unique<Loop>()) {}

Launcher::~Launcher() = default;

std::optional<std::filesystem::path> Launcher::find_program() const {
    const auto executable = [](const std::string& path) {
        std::error_code ignored;
        return std::filesystem::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
    };
    if (program_.find('/') != std::string::npos) {
        return executable(program_) ? std::optional<std::filesystem::path>(program_) : std::nullopt;
    }
    const auto path =
        std::ranges::find_if(environment_, [](const auto& each) { return each.starts_with("PATH="); });
    std::string_view rest = path == environment_.end()
                                ? "/usr/local/bin:/usr/bin:/bin"
                                : std::string_view(*path).substr(std::strlen("PATH="));
    while (!rest.empty()) {
        const std::string_view folder = rest.substr(0, rest.find(':'));
        rest.remove_prefix(std::min(rest.size(), folder.size() + 1));
        // A relative entry would depend on where the host stands.
        if (const std::string file = fmt::format("{}/{}", folder, program_);
            file.front() == '/' && folder.size() > 0 && executable(file)) {
            return file;
        }
    }
    return std::nullopt;
}

Result<Process> Launcher::start(const Call& call, const Command& command) {
    const auto program = find_program();
    if (!program) {
        return call.failed(Errc::unavailable, fmt::format("there is no program '{}'", program_),
                           "Install podman, or name the program in the option 'path'.");
    }
    auto state = std::make_shared<Process::State>(
        loop_->context, [loop = loop_.get()](const auto& ended) { loop->remove(ended); });
    loop_->add(state);
    asio::post(loop_->context, [this, state, program, &command] {
        try {
            state->launch(*program, command, environment_);
        } catch (const std::exception&) {
            state->report_launch(EAGAIN);
        }
    });
    std::unique_lock lock(state->mutex);
    state->changed.wait(lock, [&state] { return state->launch_error.has_value(); });
    if (const int error = *state->launch_error; error != 0) {
        lock.unlock();
        loop_->remove(state);
        return call.failed(Errc::unavailable, fmt::format("'{}' cannot be executed: {}",
                                                          program->string(), std::strerror(error)));
    }
    lock.unlock();
    return Process(std::move(state));
}

Result<Finished> Launcher::run(const Call& call, const Command& command, Clock::time_point deadline,
                               const Observer& observer) {
    if (call.stop.stop_requested()) {
        return call.cancelled();
    }
    auto process = start(call, command);
    if (!process) {
        return std::unexpected(std::move(process.error()));
    }
    return collect(call, *process, deadline, observer);
}

Result<Finished> collect(const Call& call, Process& process, Clock::time_point deadline,
                         const Launcher::Observer& observer) {
    Finished finished;
    for (;;) {
        auto piece = process.next(call, deadline);
        if (!piece) {
            return std::unexpected(std::move(piece.error()));
        }
        if (!*piece) {
            finished.ending = process.ending();
            return finished;
        }
        if (observer) {
            observer(**piece);
        }
        if ((*piece)->from_stderr) {
            finished.err += (*piece)->bytes;
            if (finished.err.size() > 2 * longest_err) {
                finished.err.erase(0, finished.err.size() - longest_err);
            }
        } else {
            finished.out += (*piece)->bytes;
        }
        if (finished.out.size() > longest_out) {
            return call.failed(Errc::protocol, "podman printed more than 256 MiB");
        }
    }
}

} // namespace fairlead::podman
