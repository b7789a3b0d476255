// SPDX-License-Identifier: MIT
#include "reading.hpp"

#include <cstdlib>
#include <fstream>

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace fairlead::tests {
namespace {

std::string around(std::string_view fields, std::string_view top) {
    return fmt::format("{{\"services\": {{\"web\": {{\"image\": \"i\"{}{}}}}}{}}}",
                       fields.empty() ? "" : ",\n", fields, top);
}

std::string short_form(const Error& error) {
    const auto file = error.subject.find("compose.json:");
    const auto place = file == std::string::npos
                           ? error.subject
                           : error.subject.substr(file + std::string_view("compose.json:").size());
    return fmt::format("{} {}", place, error.message);
}

} // namespace

Folder::Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "fairlead-stack-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    root_ = name;
    path_ = root_ / "demo";
    std::filesystem::create_directory(path_);
}

Folder::~Folder() {
    std::filesystem::remove_all(root_);
}

std::filesystem::path Folder::write(std::string_view name, std::string_view text) const {
    const auto file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    return file;
}

Result<StackFile> Folder::read(std::string_view text, const Variables& environment) const {
    const auto lookup = [environment](const std::string& name) -> std::optional<std::string> {
        const auto found = environment.find(name);
        return found == environment.end() ? std::nullopt : std::optional(found->second);
    };
    return read_stack_file(write("compose.json", text), {.project = {}, .environment = lookup});
}

Result<StackFile> read_text(std::string_view text, const Variables& environment) {
    return Folder().read(text, environment);
}

Service read_service(std::string_view fields, const Variables& environment, std::string_view top) {
    auto file = read_text(around(fields, top), environment);
    if (!file) {
        FAIL(to_string(file.error()));
    }
    return file->stack.services.at(0);
}

ContainerSpec read_container(std::string_view fields, const Variables& environment,
                             std::string_view top) {
    return read_service(fields, environment, top).container;
}

std::vector<std::string> mistakes(const Error& error) {
    if (error.causes.empty()) {
        return {short_form(error)};
    }
    std::vector<std::string> all;
    for (const Error& cause : error.causes) {
        all.push_back(short_form(cause));
    }
    return all;
}

std::vector<std::string> mistakes_in(std::string_view fields, std::string_view top) {
    const auto file = read_text(around(fields, top));
    return file ? std::vector<std::string>{} : mistakes(file.error());
}

std::string first_mistake(std::string_view text) {
    const auto file = read_text(text);
    return file ? "" : mistakes(file.error()).front();
}

} // namespace fairlead::tests
