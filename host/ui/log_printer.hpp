// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fairlead/log_stream.hpp>

#include "output.hpp"

namespace fairlead::host {

struct LogStyle {
    bool json = false;
    bool prefix = true;
    bool timestamps = false;
    /// Of the prefix, so that the bars of all services are below each other.
    std::size_t width = 0;
};

/// Puts the output of several containers onto one terminal, line by line.
/// Threads: any.
class LogPrinter {
public:
    LogPrinter(Output& out, LogStyle style);

    /// Prints the lines that the chunk completes and keeps the rest.
    void print(const std::string& service, LogChunk chunk);

    /// Prints what is left without a newline; the container writes no more.
    void finish(const std::string& service);

private:
    void print_line(std::string& text, const std::string& service, LogChunk line);
    [[nodiscard]] std::string prefix_of(const std::string& service);

    Output& out_;
    const LogStyle style_;
    const bool colour_;
    std::mutex mutex_;
    /// The beginnings of unfinished lines.
    std::map<std::pair<std::string, LogSource>, LogChunk> unfinished_;
    std::map<std::string, std::string> prefixes_;
};

} // namespace fairlead::host
