// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fairlead/error.hpp>
#include <fairlead/export.hpp>
#include <fairlead/stack.hpp>

namespace fairlead {

struct StackFileOptions {
    /// Overrides the file's `name`.
    std::string project;
    /// Looks a variable up; absent: the process's environment. `.env` beside the file comes after it.
    std::function<std::optional<std::string>(const std::string&)> environment;
};

/// A stack read from a file.
struct StackFile {
    Stack stack;
    std::filesystem::path path;
    /// What is odd but allowed, each with `file:line:column`: unresolved variables.
    std::vector<std::string> warnings;
};

/// Looks for `fairlead.json`, then `compose.json`, in `folder` and its parents.
///
/// Errors: `invalid_file` when there is none, naming the folders searched.
[[nodiscard]] FAIRLEAD_API Result<std::filesystem::path>
find_stack_file(const std::filesystem::path& folder);

/// Reads a Compose file written in JSON, with the files it names (`.env`, `env_file`, secrets).
///
/// Errors: `invalid_file`, with `file:line:column`, the JSON path, and for an unknown word the likely
/// one. All mistakes are reported at once: when there are several, they are the error's `causes`.
/// Blocking: reads files; not cancellable; memory is bounded (16 MiB of file, 64 levels).
/// Threads: any.
[[nodiscard]] FAIRLEAD_API Result<StackFile> read_stack_file(const std::filesystem::path& file,
                                                             const StackFileOptions& options = {});

/// The stack as a Compose file in JSON: resolved, in long form, two spaces deep. Reading it again gives
/// an equal stack. Contents of secrets are written only when `reveal_secrets` is set; otherwise their
/// place holds `***`.
[[nodiscard]] FAIRLEAD_API std::string write_stack(const Stack& stack, bool reveal_secrets = false);

} // namespace fairlead
