// SPDX-License-Identifier: MIT
#include "log_printer.hpp"

#include <array>
#include <cstdlib>

#include <fmt/format.h>

#include <fairlead/time.hpp>

#include "json_output.hpp"

namespace fairlead::host {
namespace {

constexpr std::array colours{36, 33, 32, 35, 34, 96, 93, 92, 95, 94};

bool wants_colour(const Output& out) {
    const char* refused = std::getenv("NO_COLOR");
    return out.is_terminal() && (refused == nullptr || *refused == '\0');
}

} // namespace

LogPrinter::LogPrinter(Output& out, LogStyle style)
    : out_(out), style_(style), colour_(wants_colour(out)) {}

void LogPrinter::print(const std::string& service, LogChunk chunk) {
    std::string text;
    {
        const std::lock_guard lock(mutex_);
        LogChunk& open = unfinished_[{service, chunk.source}];
        open.source = chunk.source;
        std::string_view rest = chunk.bytes;
        for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
            if (open.bytes.empty()) {
                open.timestamp = chunk.timestamp;
            }
            open.bytes += rest.substr(0, end);
            rest.remove_prefix(end + 1);
            print_line(text, service, std::exchange(open, LogChunk{.source = chunk.source, .bytes = {}}));
        }
        if (!rest.empty()) {
            if (open.bytes.empty()) {
                open.timestamp = chunk.timestamp;
            }
            open.bytes += rest;
        }
    }
    out_.write(text);
}

void LogPrinter::finish(const std::string& service) {
    std::string text;
    {
        const std::lock_guard lock(mutex_);
        for (const auto source : {LogSource::stdout_stream, LogSource::stderr_stream, LogSource::gap}) {
            const auto open = unfinished_.find({service, source});
            if (open != unfinished_.end()) {
                if (!open->second.bytes.empty()) {
                    print_line(text, service, std::move(open->second));
                }
                unfinished_.erase(open);
            }
        }
    }
    out_.write(text);
}

void LogPrinter::print_line(std::string& text, const std::string& service, LogChunk line) {
    if (style_.json) {
        text += json_of_log_line(service, line) + '\n';
        return;
    }
    if (style_.prefix) {
        text += prefix_of(service);
    }
    if (style_.timestamps && line.timestamp) {
        text += format_timestamp(*line.timestamp) + ' ';
    }
    text += line.source == LogSource::gap ? "[" + line.bytes + "]" : line.bytes;
    text += '\n';
}

std::string LogPrinter::prefix_of(const std::string& service) {
    const auto [prefix, fresh] = prefixes_.try_emplace(service);
    if (fresh) {
        prefix->second = fmt::format("{:<{}} | ", service, style_.width);
        if (colour_) {
            const int colour = colours[(prefixes_.size() - 1) % colours.size()];
            prefix->second = fmt::format("\x1b[{}m{}\x1b[0m", colour, prefix->second);
        }
    }
    return prefix->second;
}

} // namespace fairlead::host
