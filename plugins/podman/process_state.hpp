// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
// Boost 1.81's Process v2 uses these three without including them.
#include <boost/optional.hpp>
#include <boost/type_traits/decay.hpp>
#include <boost/type_traits/is_convertible.hpp>
//
#include <boost/process/v2/process.hpp>

#include "process.hpp"

/// For the files that make up a process and its launcher: nobody else is to see Asio.
namespace fairlead::podman {

struct Pipe;

/// So much may wait to be taken before the reading stops.
inline constexpr std::size_t most_waiting = 1UL << 20;

/// All but what `mutex` guards belongs to the loop's thread.
struct Process::State : std::enable_shared_from_this<Process::State> {
    struct Reader {
        Reader(boost::asio::io_context& context, bool stderr_side)
            : descriptor(context), from_stderr(stderr_side) {}
        boost::asio::posix::stream_descriptor descriptor;
        bool from_stderr;
        bool reading = false;
        bool paused = false;
        std::array<char, 64UL * 1024> buffer{};
    };

    State(boost::asio::io_context& io, std::function<void(const std::shared_ptr<State>&)> on_end)
        : context(io), out(io, false), err(io, true), in(io), killer(io), ended_hook(std::move(on_end)) {}

    void launch(const std::filesystem::path& program, const Command& command,
                const std::vector<std::string>& environment);
    void adopt(boost::process::v2::process process, Pipe& in_pipe, Pipe& out_pipe, Pipe& err_pipe);
    void read(Reader& reader);
    bool deliver(const Reader& reader, std::size_t size);
    void resume();
    void write_input();
    void drain(Reader& reader);
    void on_exit(const boost::system::error_code& error);
    void conclude();
    void terminate();
    void abandon();
    void report_launch(int error);

    boost::asio::io_context& context;
    Reader out;
    Reader err;
    boost::asio::posix::stream_descriptor in;
    boost::asio::steady_timer killer;
    std::optional<boost::process::v2::process> child;
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

} // namespace fairlead::podman
