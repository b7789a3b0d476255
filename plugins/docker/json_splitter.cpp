// SPDX-License-Identifier: MIT
#include "json_splitter.hpp"

#include <algorithm>

namespace fairlead::docker {

std::optional<std::string> JsonSplitter::next() {
    if (depth_ == 0 && scanned_ == 0) {
        buffer_.erase(0, std::min(buffer_.find_first_not_of(" \t\r\n"), buffer_.size()));
        broken_ = broken_ || (!buffer_.empty() && buffer_[0] != '{');
    }
    while (!broken_ && scanned_ < buffer_.size()) {
        const char c = buffer_[scanned_++];
        if (in_string_) {
            in_string_ = escaped_ || c != '"';
            escaped_ = !escaped_ && c == '\\';
        } else if (c == '"') {
            in_string_ = true;
        } else if (c == '{') {
            ++depth_;
        } else if (c == '}' && --depth_ == 0) {
            std::string object = buffer_.substr(0, scanned_);
            buffer_.erase(0, scanned_);
            buffer_.erase(0, std::min(buffer_.find_first_not_of(" \t\r\n"), buffer_.size()));
            scanned_ = 0;
            return object;
        }
        broken_ = scanned_ > longest_object;
    }
    return std::nullopt;
}

} // namespace fairlead::docker
