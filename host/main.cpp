// SPDX-License-Identifier: MIT
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <system_error>

#include <fmt/format.h>
#include <unistd.h>

#include "command_line.hpp"

namespace {

using namespace fairlead::host;

ExitCode run(const CommandLine& line, Interrupt& interrupt) {
    Output out(STDOUT_FILENO);
    Output err(STDERR_FILENO);
    Context context(line.global(), interrupt, out, err);
    const ExitCode code = line.run(context);
    // What could not be printed was not said.
    if (code != ExitCode::ok && code != ExitCode::interrupted) {
        return code;
    }
    if (out.failed()) {
        // A reader that has had enough knows; of a full disk nobody else would tell.
        if (out.failure() != EPIPE) {
            err.line("fairlead: cannot write to standard output: " +
                     std::generic_category().message(out.failure()));
        }
        return ExitCode::failed;
    }
    return err.failed() ? ExitCode::failed : code;
}

} // namespace

int main(int argc, char** argv) {
    try {
        CommandLine line;
        if (const auto ended = line.parse(argc, argv)) {
            return static_cast<int>(*ended);
        }
        std::signal(SIGPIPE, SIG_IGN);
        Interrupt interrupt;
        return static_cast<int>(run(line, interrupt));
    } catch (const std::exception& error) {
        fmt::print(stderr, "fairlead: {}\n", error.what());
        return static_cast<int>(ExitCode::failed);
    }
}
