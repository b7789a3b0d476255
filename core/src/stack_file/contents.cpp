// SPDX-License-Identifier: MIT
#include <array>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "declarations.hpp"
#include "draft.hpp"
#include "in_quotes.hpp"

/// Secrets and configs: files with a content of their own.
namespace fairlead::stack_file {
namespace {

using Sources = std::map<std::string, ContentSource, std::less<>>;
using Kind = ContentSource::Kind;

template <Kind Of>
void read_source(Context& context, const Field& field, std::vector<ContentSource>& sources) {
    if (auto text = Of == Kind::content ? read_string(context, field) : read_name(context, field)) {
        sources.push_back({Of, std::move(*text)});
    }
}

constexpr std::array source_keys{
    Key<std::vector<ContentSource>>{"content", read_source<Kind::content>},
    Key<std::vector<ContentSource>>{"environment", read_source<Kind::environment>},
    Key<std::vector<ContentSource>>{"file", read_source<Kind::file>},
};
constexpr std::array unsupported_source{
    UnsupportedKey{"driver"},
    UnsupportedKey{"external",
                   "Give a file or an environment variable; fairlead keeps no secrets of its own."},
    UnsupportedKey{"labels"},
    UnsupportedKey{"name"},
    UnsupportedKey{"template_driver"},
};

void declare(Context& context, const Field& field, Sources& out) {
    for_each_declared(context, field, [&](const Field& at, const Entry& entry) {
        const std::size_t before = context.diagnostics.mistakes();
        std::vector<ContentSource> sources;
        read_keys<std::vector<ContentSource>>(context, at, sources, source_keys, unsupported_source);
        if (context.diagnostics.mistakes() == before && sources.size() != 1) {
            context.diagnostics.misnamed(
                at, "needs exactly one of \"file\", \"environment\" and \"content\"");
        }
        // A wrong one is declared all the same: those who use it have made no mistake.
        out.emplace(entry.key, sources.size() == 1 ? std::move(sources.front()) : ContentSource{});
    });
}

/// Takes the content's size off what all contents may come to together.
std::optional<std::string> within_budget(Context& context, const Field& field, std::string content) {
    if (content.size() > context.bytes_left) {
        context.diagnostics.mistake(field, "the contents in this file come to too much together");
        return {};
    }
    context.bytes_left -= content.size();
    return content;
}

/// The content behind a declaration; a failure is reported where it is used.
std::optional<std::string> load(Context& context, const Field& field, const ContentSource& source) {
    switch (source.kind) {
    case Kind::file:
        return context.read_file(field, context.resolve(source.value));
    case Kind::environment:
        if (auto value = context.lookup(source.value)) {
            return within_budget(context, field, std::move(*value));
        }
        context.diagnostics.mistake(field,
                                    fmt::format("the variable {} is not set", in_quotes(source.value)),
                                    "Set it in the environment or in .env beside the file.");
        return {};
    case Kind::content:
        return within_budget(context, field, source.value);
    case Kind::wrong:
        break;
    }
    return {};
}

template <auto Member>
void read_id(Context& context, const Field& field, FileContent& file) {
    const auto most = std::numeric_limits<std::uint32_t>::max();
    if (const auto id = read_integer(context, field, 0, most)) {
        file.*Member = static_cast<std::uint32_t>(*id);
    }
}

constexpr std::array file_keys{
    Key<FileContent>{"gid", read_id<&FileContent::gid>},
    Key<FileContent>{"mode", into<&FileContent::mode, read_mode>},
    Key<FileContent>{"source", into<&FileContent::name, read_name>},
    Key<FileContent>{"target", into<&FileContent::target, read_name>},
    Key<FileContent>{"uid", read_id<&FileContent::uid>},
};

void read_file(Context& context, const Field& field, const Sources& declared, std::string_view kind,
               std::string_view folder, std::vector<FileContent>& out) {
    FileContent file;
    const std::size_t before = context.diagnostics.mistakes();
    if (field.node().kind == NodeKind::string) {
        file.name = field.node().text;
    } else {
        read_keys<FileContent>(context, field, file, file_keys);
        if (field.node().kind == NodeKind::map && field.node().find("source") == nullptr) {
            context.diagnostics.mistake(field, "\"source\" is missing");
        }
    }
    if (context.diagnostics.mistakes() != before) {
        return;
    }
    const ContentSource* source = find_declared(context, field, declared, file.name, kind);
    auto content = source != nullptr ? load(context, field, *source) : std::nullopt;
    if (!content) {
        return;
    }
    file.content = std::move(*content);
    if (file.target.empty()) {
        file.target = file.name;
    }
    if (!file.target.starts_with('/')) {
        file.target = fmt::format("{}/{}", folder, file.target);
    }
    out.push_back(std::move(file));
}

void read_files(Context& context, const Field& field, const Sources& declared, std::string_view kind,
                std::string_view folder, std::vector<FileContent>& out) {
    if (!expect(context, field, NodeKind::list)) {
        return;
    }
    for (std::size_t i = 0; i < field.node().items.size(); ++i) {
        read_file(context, field.at(i), declared, kind, folder, out);
    }
}

} // namespace

void declare_secrets(Context& context, const Field& field) {
    declare(context, field, context.secrets);
}

void declare_configs(Context& context, const Field& field) {
    declare(context, field, context.configs);
}

void read_secrets(Context& context, const Field& field, Draft& draft) {
    read_files(context, field, context.secrets, "secret", "/run/secrets", draft.container().secrets);
}

void read_configs(Context& context, const Field& field, Draft& draft) {
    read_files(context, field, context.configs, "config", "", draft.container().configs);
}

} // namespace fairlead::stack_file
