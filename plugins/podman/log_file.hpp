// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <filesystem>
#include <memory>
#include <string>

#include <fairlead/log_stream.hpp>

#include "child_setup.hpp"
#include "common/call.hpp"
#include "common_names.hpp"
#include "log_records.hpp"

namespace fairlead::podman {

/// Reads a container's output from conmon's log file.
///
/// `podman logs` reads the same file; its following, in 4.3, takes half a record for a whole one and
/// loses the other half, and its `--tail` adds a newline to an unterminated line.
class LogFile final : public LogStream {
public:
    /// `conmon` is the process that writes it, 0 when none does any more.
    /// Absent: null for a file that cannot be read here, and a conmon that cannot be watched.
    static std::unique_ptr<LogStream> open(const std::filesystem::path& file, std::string id, int conmon,
                                           const LogOptions& options);

    ~LogFile() override;

private:
    LogFile(std::string id, const LogOptions& options);

    Result<std::optional<LogChunk>> do_next(std::stop_token stop) override;
    bool watch(const std::filesystem::path& file, int conmon);
    void skip_to_tail(std::uint64_t lines);
    /// False at the end of the file.
    Result<bool> read_more(const Call& call);
    void take_record(std::string_view line);
    /// Waits until the file grows or its writer has ended.
    Result<void> wait(const Call& call);

    std::string id_;
    LogOptions options_;
    Descriptor file_;
    Descriptor changes_;
    Descriptor writer_;
    Descriptor stopping_;
    bool written_on_ = false;
    std::uint64_t position_ = 0;
    std::string rest_;
    std::deque<LogChunk> chunks_;
};

} // namespace fairlead::podman
