// SPDX-License-Identifier: MIT
#include "log_records.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <fairlead/time.hpp>

namespace fairlead::podman {

std::optional<LogRecord> read_log_record(std::string_view line) {
    constexpr std::string_view form = " stdout F ";
    const auto space = line.find(' ');
    if (space == std::string_view::npos || line.size() < space + form.size()) {
        return std::nullopt;
    }
    const Result<Timestamp> time = parse_timestamp(line.substr(0, space));
    const std::string_view stream = line.substr(space + 1, 6);
    const char flag = line[space + 8];
    if (!time || (stream != "stdout" && stream != "stderr") || (flag != 'F' && flag != 'P')) {
        return std::nullopt;
    }
    return LogRecord{.time = *time,
                     .source = stream == "stdout" ? LogSource::stdout_stream : LogSource::stderr_stream,
                     .goes_on = flag == 'P',
                     .text = line.substr(space + form.size())};
}

std::optional<std::uint64_t> tail_length(std::string_view end, bool is_whole, std::uint64_t lines) {
    // Where each line of output begins, from the end of the text.
    std::vector<std::uint64_t> begins;
    // What came before an end that is not whole is not known.
    std::array<bool, 2> next_begins = {is_whole, is_whole};
    std::string_view rest = end;
    if (!is_whole) {
        rest.remove_prefix(std::min(rest.size(), rest.find('\n') + 1));
    }
    for (auto newline = rest.find('\n'); newline != std::string_view::npos; newline = rest.find('\n')) {
        if (const auto record = read_log_record(rest.substr(0, newline))) {
            bool& begins_here = next_begins.at(record->source == LogSource::stdout_stream ? 0 : 1);
            if (begins_here) {
                begins.push_back(rest.size());
            }
            begins_here = !record->goes_on;
        }
        rest.remove_prefix(newline + 1);
    }
    if (begins.size() < lines) {
        return is_whole ? std::optional<std::uint64_t>(end.size()) : std::nullopt;
    }
    return lines == 0 ? rest.size() : begins[begins.size() - lines];
}

} // namespace fairlead::podman
