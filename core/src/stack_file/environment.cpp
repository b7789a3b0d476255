// SPDX-License-Identifier: MIT
#include <array>
#include <utility>

#include <fmt/format.h>

#include "draft.hpp"
#include "in_quotes.hpp"

namespace fairlead::stack_file {
namespace {

struct EnvFile {
    /// Absent: the mistake has been reported.
    std::optional<std::string> path;
    bool required = true;
    bool raw = false;
};

constexpr std::array env_file_keys{
    Key<EnvFile>{"format",
                 [](Context& context, const Field& field, EnvFile& file) {
                     const auto format = read_string(context, field);
                     file.raw = format && *format == "raw";
                     if (format && !file.raw) {
                         wrong_kind(context, field, "\"raw\"");
                     }
                 }},
    Key<EnvFile>{"path", into<&EnvFile::path, read_name>},
    Key<EnvFile>{"required", into<&EnvFile::required, read_bool>},
};

void load(Context& context, const Field& field, const EnvFile& file, Draft& draft) {
    const std::filesystem::path path = context.resolve(*file.path);
    std::error_code failed;
    if (!file.required && !std::filesystem::exists(path, failed)) {
        return;
    }
    const auto text = context.read_file(field, path);
    if (!text) {
        return;
    }
    if (text->find('\0') != std::string::npos) {
        context.diagnostics.mistake(field,
                                    fmt::format("{} holds a NUL character", in_quotes(path.native())));
        return;
    }
    const auto read = file.raw ? read_raw_env : read_dotenv;
    read(*text, path.string(), context.lookup, draft.file_environment, context.diagnostics);
}

void read_env_file(Context& context, const Field& field, Draft& draft) {
    EnvFile file;
    const std::size_t before = context.diagnostics.mistakes();
    if (field.node().kind == NodeKind::string) {
        file.path = read_name(context, field);
    } else if (field.node().kind == NodeKind::map) {
        read_keys<EnvFile>(context, field, file, env_file_keys);
        if (!file.path && field.node().find("path") == nullptr) {
            context.diagnostics.mistake(field, "\"path\" is missing");
        }
    } else {
        wrong_kind(context, field, "a file's name, or a map with \"path\"");
    }
    if (file.path && context.diagnostics.mistakes() == before) {
        load(context, field, file, draft);
    }
}

} // namespace

void read_env_files(Context& context, const Field& field, Draft& draft) {
    if (field.node().kind != NodeKind::list) {
        read_env_file(context, field, draft);
        return;
    }
    for (std::size_t i = 0; i < field.node().items.size(); ++i) {
        read_env_file(context, field.at(i), draft);
    }
}

void read_environment(Context& context, const Field& field, Draft& draft) {
    for (Pair& pair : read_pairs(context, field)) {
        if (const auto wrong = wrong_with_variable(pair.key); !wrong.empty()) {
            context.diagnostics.misnamed(
                pair.field, fmt::format("the variable's name {} {}", in_quotes(pair.key), wrong));
        } else if (pair.value) {
            draft.container().environment[pair.key] = std::move(*pair.value);
        } else if (auto value = context.lookup(pair.key)) {
            draft.container().environment[pair.key] = std::move(*value);
        } else {
            draft.left_out.push_back(pair.key);
        }
    }
}

} // namespace fairlead::stack_file
