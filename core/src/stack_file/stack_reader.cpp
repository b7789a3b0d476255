// SPDX-License-Identifier: MIT
#include "stack_reader.hpp"

#include <array>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "../name_rules.hpp"
#include "draft.hpp"
#include "in_quotes.hpp"
#include "json_reader.hpp"
#include "text_file.hpp"

namespace fairlead::stack_file {
namespace {

constexpr std::string_view project_rule =
    "Lower-case letters, digits, '_' and '-', at most 63, beginning with a letter or digit.";

std::optional<std::string> process_environment(const std::string& name) {
    const char* const value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

/// The environment, then the variables of `.env` beside the file. Holds the variables itself, since
/// the lookup is copied about.
Lookup with_dotenv(const Lookup& environment, const std::filesystem::path& folder,
                   Diagnostics& diagnostics) {
    const auto variables = std::make_shared<Variables>();
    const std::filesystem::path file = folder / ".env";
    std::error_code failed;
    if (std::filesystem::exists(file, failed)) {
        if (const auto text = read_text_file(file, most_bytes); !text) {
            diagnostics.mistake_in(file.string(), {}, text.error().message, text.error().hint);
        } else if (text->find('\0') != std::string::npos) {
            diagnostics.mistake_in(file.string(), {}, "the file holds a NUL character");
        } else {
            read_dotenv(*text, file.string(), environment, *variables, diagnostics);
        }
    }
    return [environment, variables](const std::string& name) -> std::optional<std::string> {
        if (auto value = environment(name)) {
            return value;
        }
        const auto found = variables->find(name);
        return found == variables->end() ? std::nullopt : std::optional(found->second);
    };
}

/// The folder's name with what a project's name cannot hold left out, as Compose does it.
std::string normalised(std::string_view folder) {
    std::string name;
    for (const char c : folder) {
        const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        const bool begins = name_rules::is_lower(lower) || name_rules::is_digit(lower);
        if (name.size() < name_rules::longest_part &&
            (begins || (!name.empty() && (c == '_' || c == '-')))) {
            name += lower;
        }
    }
    return name;
}

std::string project_name(Context& context, const Field& root, const std::string& wanted) {
    if (!wanted.empty()) {
        if (!name_rules::is_project(wanted)) {
            context.diagnostics.mistake(
                fmt::format("the project's name {} is not allowed", in_quotes(wanted)),
                std::string(project_rule));
        }
        return wanted;
    }
    const Entry* entry = root.node().find("name");
    if (entry != nullptr && entry->value.kind != NodeKind::null) {
        const Field field = root.at(*entry);
        const auto name = read_string(context, field);
        if (name && !name_rules::is_project(*name)) {
            context.diagnostics.mistake(
                field, fmt::format("the project's name {} is not allowed", in_quotes(*name)),
                std::string(project_rule));
        }
        return name.value_or("");
    }
    std::string name = normalised(context.folder.filename().string());
    if (name.empty()) {
        context.diagnostics.mistake("the project has no name, and its folder's name gives none",
                                    "Add \"name\" to the file.");
    }
    return name;
}

void ignore(Context&, const Field&, Stack&) {}

template <auto Declare>
void declare(Context& context, const Field& field, Stack&) {
    Declare(context, field);
}

/// First what services refer to, wherever in the file it stands; then everything else.
constexpr std::array declaration_keys{
    Key<Stack>{"configs", declare<declare_configs>},
    Key<Stack>{"networks", declare<declare_networks>},
    Key<Stack>{"secrets", declare<declare_secrets>},
    Key<Stack>{"volumes", declare<declare_volumes>},
};

void read_services(Context& context, const Field& field, Stack& stack) {
    if (!expect(context, field, NodeKind::map)) {
        return;
    }
    for (const Entry& entry : field.node().entries) {
        if (!entry.key.starts_with("x-")) {
            context.services.insert(entry.key);
        }
    }
    for (const Entry& entry : field.node().entries) {
        if (!entry.key.starts_with("x-")) {
            stack.services.push_back(read_service(context, field.at(entry), entry.key));
        }
    }
}

constexpr std::array stack_keys{
    Key<Stack>{"configs", ignore},
    Key<Stack>{"name", ignore},
    Key<Stack>{"networks", ignore},
    Key<Stack>{"secrets", ignore},
    Key<Stack>{"services", read_services},
    // Compose has given it up and no longer looks at it.
    Key<Stack>{"version",
               [](Context& context, const Field& field, Stack&) {
                   context.diagnostics.warn(field, "is obsolete and means nothing");
               }},
    Key<Stack>{"volumes", ignore},
    Key<Stack>{"x-fairlead", [](Context& context, const Field& field,
                                Stack& stack) { stack.runtime = read_runtime_settings(context, field); }},
};

constexpr std::array unsupported_keys{
    UnsupportedKey{"include", "Write everything in one file."},
    UnsupportedKey{"models"},
};

Stack read_stack(Context& context, const Field& root) {
    Stack stack;
    stack.name = context.project;
    for (const auto& key : declaration_keys) {
        const Entry* entry = root.node().find(key.name);
        if (entry != nullptr && entry->value.kind != NodeKind::null) {
            key.read(context, root.at(*entry), stack);
        }
    }
    read_keys<Stack>(context, root, stack, stack_keys, unsupported_keys);
    const Entry* services = root.node().find("services");
    if (services == nullptr || services->value.kind == NodeKind::null) {
        context.diagnostics.mistake(root, "\"services\" is missing");
    }
    return stack;
}

std::filesystem::path folder_of(const std::filesystem::path& file) {
    std::error_code failed;
    const auto absolute = std::filesystem::absolute(file, failed);
    return (failed ? file : absolute).lexically_normal().parent_path();
}

} // namespace

Result<StackFile> read_stack_text(std::string_view text, const std::filesystem::path& path,
                                  const StackFileOptions& options) {
    Diagnostics diagnostics(path.string());
    auto tree = read_json(text, diagnostics);
    if (!tree) {
        return fail(diagnostics.take_error());
    }
    const Field root(*tree, tree->position, "");
    Context context{.diagnostics = diagnostics,
                    .lookup = with_dotenv(options.environment ? options.environment : process_environment,
                                          folder_of(path), diagnostics),
                    .folder = folder_of(path)};
    if (!expect(context, root, NodeKind::map)) {
        return fail(diagnostics.take_error());
    }
    std::size_t budget = most_expanded_bytes;
    interpolate(*tree, "", context.lookup, budget, diagnostics);
    context.project = project_name(context, root, options.project);
    Stack stack = read_stack(context, root);
    if (diagnostics.mistakes() > 0) {
        return fail(diagnostics.take_error());
    }
    return StackFile{std::move(stack), path, diagnostics.take_warnings()};
}

Result<RuntimeConfig> read_runtime_text(std::string_view text, const std::filesystem::path& path) {
    Diagnostics diagnostics(path.string());
    const auto tree = read_json(text, diagnostics);
    RuntimeConfig config;
    if (tree) {
        Context context{
            .diagnostics = diagnostics, .lookup = process_environment, .folder = folder_of(path)};
        const Field root(*tree, tree->position, "");
        const Entry* entry = expect(context, root, NodeKind::map) ? tree->find("x-fairlead") : nullptr;
        if (entry != nullptr && entry->value.kind != NodeKind::null) {
            config = read_runtime_settings(context, root.at(*entry));
        }
    }
    if (diagnostics.mistakes() > 0) {
        return fail(diagnostics.take_error());
    }
    return config;
}

} // namespace fairlead::stack_file
