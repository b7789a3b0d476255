// SPDX-License-Identifier: MIT
#include "process_state.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <iterator>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <boost/process/v2/posix/default_launcher.hpp>
#include <boost/process/v2/stdio.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include "child_setup.hpp"

namespace fairlead::podman {
namespace {

namespace asio = boost::asio;
namespace boost_process = boost::process::v2;
using boost::system::error_code;

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

} // namespace fairlead::podman
