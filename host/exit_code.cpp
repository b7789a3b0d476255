// SPDX-License-Identifier: MIT
#include "exit_code.hpp"

namespace fairlead::host {

ExitCode exit_code_of(const Error& error) {
    switch (error.code) {
    case Errc::invalid_spec:
    case Errc::invalid_file:
    case Errc::plugin_not_found:
        return ExitCode::usage;
    case Errc::unavailable:
        return ExitCode::engine_unreachable;
    case Errc::cancelled:
        return ExitCode::interrupted;
    case Errc::unsupported:
    case Errc::not_found:
    case Errc::conflict:
    case Errc::image_unavailable:
    case Errc::build_failed:
    case Errc::start_failed:
    case Errc::port_in_use:
    case Errc::exited:
    case Errc::timeout:
    case Errc::protocol:
    case Errc::engine_failed:
    case Errc::plugin_rejected:
    case Errc::dependency_failed:
    case Errc::restart_in_progress:
    case Errc::project_busy:
    case Errc::internal:
        break;
    }
    return ExitCode::failed;
}

} // namespace fairlead::host
