// SPDX-License-Identifier: MIT
#pragma once

#include <utility>

namespace fairlead::podman {

/// A file descriptor that is closed.
struct Descriptor {
    int value = -1;

    Descriptor() = default;
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() { reset(-1); }

    void reset(int descriptor);
    [[nodiscard]] int release() { return std::exchange(value, -1); }
};

/// A pipe whose ends no other child can inherit, and whose numbers are above 2 even in a host that has
/// closed its own: moving a descriptor onto itself would leave it to be closed.
struct Pipe {
    Descriptor reading;
    Descriptor writing;

    /// False with `errno` when there is none to be had.
    [[nodiscard]] bool open();
};

/// Called in the child, between fork and exec, so it calls only what is safe there. Leaves the child with
/// a session of its own, default signals, the root as its folder, and nothing but 0, 1 and 2 open after
/// the exec.
///
/// The closing is done here because the launcher of Boost 1.81 closes only what lies above the highest
/// number it keeps, and not what lies between. Returns 0, or what `errno` said.
[[nodiscard]] int set_up_child(bool dies_with_us);

} // namespace fairlead::podman
