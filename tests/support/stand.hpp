// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "process.hpp"
#include "temp_folder.hpp"

namespace fairlead::test {

/// A folder with a stack file, and the fairlead command run in it, apart from the user's own settings.
class Stand {
public:
    /// Whatever the stack file is to name as its engine.
    explicit Stand(std::string runtime);

    [[nodiscard]] const std::string& project() const { return project_; }
    [[nodiscard]] const TempFolder& folder() const { return folder_; }
    [[nodiscard]] std::string container(std::string_view service) const;

    /// Options of an engine, as JSON; for the stack files written from now on.
    void options(const std::string& runtime, std::string_view json);

    /// Writes the stack file. `services` is a JSON object; `${IMAGE}` in it is the test image. `more` are
    /// further members, each with a comma before it.
    void stack(std::string_view services, std::string_view more = {}) const;

    /// The command, to be changed before it is run.
    [[nodiscard]] Command command(std::vector<std::string> arguments) const;

    [[nodiscard]] Outcome run(std::vector<std::string> arguments) const;

    /// For variables of all commands from now on.
    std::map<std::string, std::optional<std::string>> environment;

private:
    TempFolder folder_;
    const std::string project_;
    const std::string runtime_;
    std::map<std::string, std::string> options_;
};

} // namespace fairlead::test
