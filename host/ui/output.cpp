// SPDX-License-Identifier: MIT
#include "output.hpp"

#include <cerrno>
#include <string>

#include <unistd.h>

namespace fairlead::host {

void Output::write(std::string_view text) {
    std::function<void()> action;
    {
        const std::lock_guard lock(mutex_);
        while (failure_ == 0 && !text.empty()) {
            const auto written = ::write(descriptor_, text.data(), text.size());
            if (written >= 0) {
                text.remove_prefix(static_cast<std::size_t>(written));
            } else if (errno != EINTR) {
                failure_ = errno;
                action = std::exchange(on_failure_, nullptr);
            }
        }
    }
    if (action) {
        action();
    }
}

void Output::line(std::string_view text) {
    write(std::string(text) + '\n');
}

int Output::failure() const {
    const std::lock_guard lock(mutex_);
    return failure_;
}

bool Output::is_terminal() const {
    return ::isatty(descriptor_) == 1;
}

} // namespace fairlead::host
