// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace fairlead::fake {

/// The name of the clocks' own threads, by which a census leaves them out.
inline constexpr std::string_view clock_thread_name = "fairlead-fake";

/// True if there was a moment during the call at which every thread of the process slept, but for the
/// caller and the clocks of fakes. From such a moment on only the caller (or something outside of the
/// process) can make any of them do anything, so all that they were going to do has been done.
///
/// Why so and not by counting calls: a host that has just been answered is between two calls, often
/// on its way from one thread to another. Nothing in its calls says that it is going to make one.
///
/// Where the system does not tell about threads, everything counts as asleep.
[[nodiscard]] bool others_sleep();

} // namespace fairlead::fake
