// SPDX-License-Identifier: MIT
#include "log_tail.hpp"

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include <fairlead/time.hpp>

namespace fairlead::podman {
namespace {

constexpr std::uint64_t first_look = 64UL * 1024;

/// A line of the file: `TIME stdout|stderr F|P TEXT`, where P says that the line of output goes on.
struct Record {
    Timestamp time{};
    bool from_stderr = false;
    bool goes_on = false;
    std::uint64_t bytes = 0;
};

std::optional<Record> read_record(std::string_view line) {
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
    const bool goes_on = flag == 'P';
    return Record{.time = *time,
                  .from_stderr = stream == "stderr",
                  .goes_on = goes_on,
                  .bytes = line.size() - space - form.size() + (goes_on ? 0U : 1U)};
}

std::vector<Record> read_records(std::string_view text, bool is_whole) {
    std::vector<Record> records;
    if (!is_whole) {
        // It begins somewhere in a line.
        text.remove_prefix(std::min(text.size(), text.find('\n') + 1));
    }
    for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
        if (const auto record = read_record(text.substr(0, end))) {
            records.push_back(*record);
        }
        text.remove_prefix(end + 1);
    }
    return records;
}

/// Whether a line of output begins with each record; what came before an end that is not whole is not
/// known.
std::vector<bool> line_starts(const std::vector<Record>& records, bool is_whole) {
    std::vector<bool> starts;
    bool next[2] = {is_whole, is_whole};
    for (const Record& record : records) {
        bool& begins = next[record.from_stderr ? 1 : 0];
        starts.push_back(begins);
        begins = !record.goes_on;
    }
    return starts;
}

} // namespace

std::optional<TailMark> find_tail_in(std::string_view end, bool is_whole, std::uint64_t lines) {
    const std::vector<Record> records = read_records(end, is_whole);
    const std::vector<bool> starts = line_starts(records, is_whole);
    if (records.empty()) {
        return std::nullopt;
    }
    std::size_t first = records.size();
    for (std::uint64_t left = lines; left > 0 && first > 0;) {
        --first;
        left -= starts[first] ? 1U : 0U;
        if (first == 0 && left > 0 && !is_whole) {
            return std::nullopt;
        }
    }
    TailMark mark{.since = records[first == records.size() ? first - 1 : first].time};
    for (std::size_t i = 0; i < first; ++i) {
        if (records[i].time == mark.since) {
            (records[i].from_stderr ? mark.skip_stderr : mark.skip_stdout) += records[i].bytes;
        }
    }
    // There may be more of that time before what was looked at.
    return !is_whole && records.front().time == mark.since ? std::nullopt : std::optional(mark);
}

std::optional<TailMark> find_tail(const std::filesystem::path& file, std::uint64_t lines) {
    std::ifstream stream(file, std::ios::binary | std::ios::ate);
    if (!stream) {
        return std::nullopt;
    }
    const auto size = static_cast<std::uint64_t>(stream.tellg());
    for (std::uint64_t look = first_look;; look *= 4) {
        const std::uint64_t begin = size > look ? size - look : 0;
        std::string end(size - begin, '\0');
        stream.seekg(static_cast<std::streamoff>(begin));
        if (!stream.read(end.data(), static_cast<std::streamsize>(end.size()))) {
            return std::nullopt;
        }
        const auto mark = find_tail_in(end, begin == 0, lines);
        if (mark || begin == 0) {
            return mark;
        }
    }
}

} // namespace fairlead::podman
