// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>

#include "context.hpp"

namespace fairlead::host {

/// The command line: what may be said, and what was.
class CommandLine {
public:
    CommandLine();
    CommandLine(const CommandLine&) = delete;
    CommandLine& operator=(const CommandLine&) = delete;
    ~CommandLine();

    /// Reads the arguments. Help and mistakes are printed; the process then ends as the result says.
    [[nodiscard]] std::optional<ExitCode> parse(int argc, char** argv);

    [[nodiscard]] const GlobalOptions& global() const;

    /// Runs the command that was chosen.
    [[nodiscard]] ExitCode run(Context& context) const;

private:
    class Parser;
    std::unique_ptr<Parser> parser_;
};

} // namespace fairlead::host
