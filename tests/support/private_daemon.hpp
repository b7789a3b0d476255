// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

#include <sys/types.h>

namespace fairlead::test {

/// A Docker daemon of a test's own, to be frozen and killed. Needs root, as `scripts/engines` does.
class PrivateDaemon {
public:
    /// Starts it; throws with what the script says when it cannot.
    PrivateDaemon();
    PrivateDaemon(const PrivateDaemon&) = delete;
    PrivateDaemon& operator=(const PrivateDaemon&) = delete;
    /// Removes it and all that it has made.
    ~PrivateDaemon();

    [[nodiscard]] std::string host() const { return "unix://" + (state_ / "docker.sock").string(); }
    void signal(int number) const;
    /// Kills it and returns once it is gone, its socket closed.
    void kill() const;

    /// Starts it again after a kill.
    void restart() const;

private:
    void engines(const char* action) const;

    const std::filesystem::path state_;
    pid_t pid_ = -1;
};

} // namespace fairlead::test
