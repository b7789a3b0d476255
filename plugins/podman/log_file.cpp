// SPDX-License-Identifier: MIT
#include "log_file.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace fairlead::podman {
namespace {

constexpr std::size_t piece_size = 256UL * 1024;
constexpr std::size_t longest_chunk = 32UL * 1024;

bool is_conmon(int pid) {
    std::ifstream stream(fmt::format("/proc/{}/comm", pid));
    std::string name;
    return std::getline(stream, name) && name == "conmon";
}

void drain(int descriptor) {
    std::array<char, 4096> ignored{};
    while (::read(descriptor, ignored.data(), ignored.size()) > 0) {
    }
}

} // namespace

LogFile::LogFile(std::string id, const LogOptions& options) : id_(std::move(id)), options_(options) {}
LogFile::~LogFile() = default;

std::unique_ptr<LogStream> LogFile::open(const std::filesystem::path& file, std::string id, int conmon,
                                         const LogOptions& options) {
    std::unique_ptr<LogFile> log(new LogFile(std::move(id), options));
    log->file_.reset(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
    struct stat info{};
    if (log->file_.value < 0 || ::fstat(log->file_.value, &info) != 0 || !S_ISREG(info.st_mode)) {
        return nullptr;
    }
    if (options.follow && conmon > 0 && !log->watch(file, conmon)) {
        return nullptr;
    }
    if (options.tail) {
        log->skip_to_tail(*options.tail);
    }
    return log;
}

bool LogFile::watch(const std::filesystem::path& file, int conmon) {
    changes_.reset(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    stopping_.reset(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (changes_.value < 0 || stopping_.value < 0 ||
        ::inotify_add_watch(changes_.value, file.c_str(), IN_MODIFY) < 0) {
        return false;
    }
    writer_.reset(static_cast<int>(::syscall(SYS_pidfd_open, conmon, 0)));
    if (writer_.value < 0 && errno != ESRCH) {
        return false;
    }
    // The number may belong to another process by now, in which case conmon has ended.
    written_on_ = writer_.value >= 0 && is_conmon(conmon);
    return true;
}

void LogFile::skip_to_tail(std::uint64_t lines) {
    struct stat info{};
    if (::fstat(file_.value, &info) != 0) {
        return;
    }
    const auto size = static_cast<std::uint64_t>(info.st_size);
    for (std::uint64_t look = piece_size;; look *= 4) {
        const std::uint64_t begin = size > look ? size - look : 0;
        std::string end(size - begin, '\0');
        const ssize_t got = ::pread(file_.value, end.data(), end.size(), static_cast<off_t>(begin));
        if (got != static_cast<ssize_t>(end.size())) {
            return;
        }
        if (const auto length = tail_length(end, begin == 0, lines)) {
            position_ = size - *length;
            return;
        }
    }
}

void LogFile::take_record(std::string_view line) {
    const auto record = read_log_record(line);
    if (!record || (options_.since && record->time < *options_.since)) {
        return;
    }
    const bool joins = !chunks_.empty() && chunks_.back().source == record->source &&
                       chunks_.back().timestamp == record->time &&
                       chunks_.back().bytes.size() < longest_chunk;
    if (!joins) {
        chunks_.push_back({.source = record->source, .timestamp = record->time, .bytes = {}});
    }
    chunks_.back().bytes += record->text;
    if (!record->goes_on) {
        chunks_.back().bytes += '\n';
    }
}

Result<bool> LogFile::read_more(const Call& call) {
    struct stat info{};
    if (::fstat(file_.value, &info) == 0 && static_cast<std::uint64_t>(info.st_size) < position_) {
        // Begun anew, because it has reached the size it may have.
        position_ = 0;
        rest_.clear();
    }
    std::string piece(piece_size, '\0');
    const ssize_t got = ::pread(file_.value, piece.data(), piece.size(), static_cast<off_t>(position_));
    if (got < 0) {
        return call.failed(Errc::unavailable,
                           fmt::format("its log file cannot be read: {}", std::strerror(errno)));
    }
    position_ += static_cast<std::uint64_t>(got);
    rest_.append(piece, 0, static_cast<std::size_t>(got));
    std::string_view text = rest_;
    for (auto newline = text.find('\n'); newline != std::string_view::npos; newline = text.find('\n')) {
        take_record(text.substr(0, newline));
        text.remove_prefix(newline + 1);
    }
    rest_.erase(0, rest_.size() - text.size());
    return got > 0;
}

Result<void> LogFile::wait(const Call& call) {
    drain(stopping_.value);
    const std::stop_callback wake(call.stop, [this] { ::eventfd_write(stopping_.value, 1); });
    std::array<pollfd, 3> events = {pollfd{.fd = changes_.value, .events = POLLIN, .revents = 0},
                                    pollfd{.fd = writer_.value, .events = POLLIN, .revents = 0},
                                    pollfd{.fd = stopping_.value, .events = POLLIN, .revents = 0}};
    while (::poll(events.data(), events.size(), -1) < 0 && errno == EINTR) {
    }
    if (call.stop.stop_requested()) {
        return call.cancelled();
    }
    drain(changes_.value);
    // What it has written before is read once more after this.
    written_on_ = events[1].revents == 0;
    return {};
}

Result<std::optional<LogChunk>> LogFile::do_next(std::stop_token stop) {
    const Call call{.operation = "read logs of", .subject = id_, .stop = std::move(stop)};
    for (;;) {
        if (call.stop.stop_requested()) {
            return call.cancelled();
        }
        if (!chunks_.empty()) {
            LogChunk chunk = std::move(chunks_.front());
            chunks_.pop_front();
            return chunk;
        }
        // Asked before reading: what is written until then is read, and then there is no more.
        const bool more_to_come = written_on_;
        const Result<bool> read = read_more(call);
        if (!read) {
            return std::unexpected(read.error());
        }
        if (*read) {
            continue;
        }
        if (!more_to_come) {
            return std::nullopt;
        }
        if (Result<void> waited = wait(call); !waited) {
            return std::unexpected(std::move(waited.error()));
        }
    }
}

} // namespace fairlead::podman
