// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <fairlead/stack_file.hpp>

namespace fairlead::tests {

using Variables = std::map<std::string, std::string>;

/// A folder of its own, named `demo`, removed at the end.
class Folder {
public:
    Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder();

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
    std::filesystem::path write(std::string_view name, std::string_view text) const;
    /// Writes the text as `compose.json` and reads it as a stack.
    [[nodiscard]] Result<StackFile> read(std::string_view text, const Variables& environment = {}) const;

private:
    std::filesystem::path root_;
    std::filesystem::path path_;
};

[[nodiscard]] Result<StackFile> read_text(std::string_view text, const Variables& environment = {});

/// The one service, `web` of image `i`, with these further fields; the test fails if it cannot be read.
/// `top` is more of the top level, beginning with a comma.
[[nodiscard]] Service read_service(std::string_view fields, const Variables& environment = {},
                                   std::string_view top = "");
[[nodiscard]] ContainerSpec read_container(std::string_view fields, const Variables& environment = {},
                                           std::string_view top = "");

/// All that is wrong with such a service, a line each: `line:column path: message`.
[[nodiscard]] std::vector<std::string> mistakes_in(std::string_view fields, std::string_view top = "");
/// All that is wrong with a file.
[[nodiscard]] std::vector<std::string> mistakes(const Error& error);
[[nodiscard]] std::string first_mistake(std::string_view text);

} // namespace fairlead::tests
