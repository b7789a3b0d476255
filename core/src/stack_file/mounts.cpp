// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "../name_rules.hpp"
#include "byte_size.hpp"
#include "declarations.hpp"
#include "draft.hpp"
#include "in_quotes.hpp"

namespace fairlead::stack_file {
namespace {

constexpr std::array<std::string_view, 6> propagations{"private", "rprivate", "shared",
                                                       "rshared", "slave",    "rslave"};

std::vector<std::string_view> split(std::string_view text, char mark) {
    std::vector<std::string_view> parts;
    while (true) {
        const auto end = text.find(mark);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) {
            return parts;
        }
        text.remove_prefix(end + 1);
    }
}

bool is_host_path(std::string_view source) {
    return source.starts_with('.') || source.starts_with('/') || source.starts_with('~');
}

bool check_target(Context& context, const Field& field, std::string_view target) {
    if (target.starts_with('/')) {
        return true;
    }
    context.diagnostics.mistake(field,
                                fmt::format("{} is no absolute path in the container", in_quotes(target)),
                                "The short form is SOURCE:TARGET[:OPTIONS].");
    return false;
}

/// The engine's volume behind a name of the file.
std::optional<VolumeMount> named_volume(Context& context, const Field& field, const std::string& name) {
    const Declaration* declared = find_declared(context, field, context.volumes, name, "volume");
    if (declared == nullptr) {
        return {};
    }
    return VolumeMount{.volume = declared->engine_name, .external = declared->external};
}

/// One option of the short form; false if it means nothing there.
bool apply_option(std::string_view option, VolumeMount& volume) {
    if (option == "ro" || option == "rw") {
        volume.read_only = option == "ro";
        return true;
    }
    volume.no_copy = volume.no_copy || option == "nocopy";
    return option == "nocopy";
}

bool apply_option(std::string_view option, BindMount& bind) {
    if (option == "ro" || option == "rw") {
        bind.read_only = option == "ro";
        return true;
    }
    if (option == "z" || option == "Z") {
        bind.selinux = option;
        return true;
    }
    if (std::ranges::find(propagations, option) != propagations.end()) {
        bind.propagation = option;
        return true;
    }
    return false;
}

template <class Kind>
void add_short(Context& context, const Field& field, Kind mount, std::string_view options, Draft& draft) {
    for (const std::string_view option :
         options.empty() ? std::vector<std::string_view>{} : split(options, ',')) {
        if (!apply_option(option, mount)) {
            context.diagnostics.mistake(
                field, fmt::format("the option {} is not supported here", in_quotes(option)),
                "Options are ro and rw; nocopy for volumes; z, Z and a propagation for paths of the "
                "host.");
        }
    }
    draft.container().mounts.emplace_back(std::move(mount));
}

void read_short(Context& context, const Field& field, Draft& draft) {
    const std::string& text = field.node().text;
    const auto parts = split(text, ':');
    if (parts.size() > 3) {
        context.diagnostics.mistake(
            field, fmt::format("{} holds too many colons", in_quotes(text)),
            "A path with ':' is written in the long form, {\"type\": \"bind\", …}.");
        return;
    }
    const std::string source(parts.size() == 1 ? "" : parts[0]);
    const std::string target(parts.size() == 1 ? parts[0] : parts[1]);
    const std::string_view options = parts.size() == 3 ? parts[2] : "";
    if (!check_target(context, field, target)) {
        return;
    }
    if (source.find(',') != std::string::npos || target.find(',') != std::string::npos) {
        context.diagnostics.mistake(field, "a path with ',' needs the long form",
                                    "Write {\"type\": \"bind\", \"source\": …, \"target\": …}.");
    } else if (parts.size() == 1) {
        draft.container().mounts.emplace_back(VolumeMount{.target = target});
    } else if (is_host_path(source)) {
        BindMount bind{.source = context.resolve(source), .target = target, .create_host_path = true};
        add_short(context, field, std::move(bind), options, draft);
    } else if (auto volume = named_volume(context, field, source)) {
        volume->target = target;
        add_short(context, field, std::move(*volume), options, draft);
    }
}

/// The long form, before its `type` decides what it is.
struct LongMount {
    std::optional<std::string> type;
    std::string source;
    std::string target;
    bool read_only = false;
    bool bind_given = false;
    bool volume_given = false;
    bool tmpfs_given = false;
    BindMount bind;
    VolumeMount volume;
    TmpfsMount tmpfs;
};

constexpr std::array bind_keys{
    Key<BindMount>{"create_host_path", into<&BindMount::create_host_path, read_bool>},
    Key<BindMount>{"propagation",
                   [](Context& context, const Field& field, BindMount& bind) {
                       const auto word = read_string(context, field);
                       if (word && std::ranges::find(propagations, *word) == propagations.end()) {
                           wrong_kind(context, field,
                                      "private, rprivate, shared, rshared, slave or rslave");
                       } else if (word) {
                           bind.propagation = *word;
                       }
                   }},
    Key<BindMount>{"selinux",
                   [](Context& context, const Field& field, BindMount& bind) {
                       const auto word = read_string(context, field);
                       if (word && *word != "z" && *word != "Z") {
                           wrong_kind(context, field, "\"z\" or \"Z\"");
                       } else if (word) {
                           bind.selinux = *word;
                       }
                   }},
};
constexpr std::array unsupported_bind{UnsupportedKey{"recursive"}};

constexpr std::array volume_keys{Key<VolumeMount>{"nocopy", into<&VolumeMount::no_copy, read_bool>}};
constexpr std::array unsupported_volume{UnsupportedKey{"labels"}, UnsupportedKey{"subpath"}};

constexpr std::array tmpfs_keys{
    Key<TmpfsMount>{"mode", into<&TmpfsMount::mode, read_mode>},
    Key<TmpfsMount>{"size", into<&TmpfsMount::size, read_bytes>},
};

constexpr std::array long_keys{
    Key<LongMount>{"bind",
                   [](Context& context, const Field& field, LongMount& mount) {
                       mount.bind_given = true;
                       read_keys<BindMount>(context, field, mount.bind, bind_keys, unsupported_bind);
                   }},
    Key<LongMount>{"read_only", into<&LongMount::read_only, read_bool>},
    Key<LongMount>{"source", into<&LongMount::source, read_name>},
    Key<LongMount>{"target", into<&LongMount::target, read_name>},
    Key<LongMount>{"tmpfs",
                   [](Context& context, const Field& field, LongMount& mount) {
                       mount.tmpfs_given = true;
                       read_keys<TmpfsMount>(context, field, mount.tmpfs, tmpfs_keys);
                   }},
    Key<LongMount>{"type", into<&LongMount::type, read_name>},
    Key<LongMount>{"volume",
                   [](Context& context, const Field& field, LongMount& mount) {
                       mount.volume_given = true;
                       read_keys<VolumeMount>(context, field, mount.volume, volume_keys,
                                              unsupported_volume);
                   }},
};
constexpr std::array unsupported_long{UnsupportedKey{"consistency"}, UnsupportedKey{"image"}};

std::optional<Mount> make_volume(Context& context, const Field& field, LongMount& mount) {
    if (!mount.source.empty()) {
        auto named = named_volume(context, field.at(*field.node().find("source")), mount.source);
        if (!named) {
            return {};
        }
        mount.volume.volume = std::move(named->volume);
        mount.volume.external = named->external;
    }
    mount.volume.target = std::move(mount.target);
    mount.volume.read_only = mount.read_only;
    return std::move(mount.volume);
}

std::optional<Mount> make_bind(Context& context, const Field& field, LongMount& mount) {
    if (mount.source.empty()) {
        context.diagnostics.mistake(field, "\"source\", the path on the host, is missing");
        return {};
    }
    mount.bind.source = context.resolve(mount.source);
    mount.bind.target = std::move(mount.target);
    mount.bind.read_only = mount.read_only;
    return std::move(mount.bind);
}

std::optional<Mount> make_tmpfs(Context& context, const Field& field, LongMount& mount) {
    if (!mount.source.empty() || mount.read_only) {
        context.diagnostics.mistake(field, "a tmpfs has no source and cannot be read_only");
        return {};
    }
    mount.tmpfs.target = std::move(mount.target);
    return std::move(mount.tmpfs);
}

void read_long(Context& context, const Field& field, Draft& draft) {
    const std::size_t before = context.diagnostics.mistakes();
    LongMount mount;
    read_keys<LongMount>(context, field, mount, long_keys, unsupported_long);
    if (context.diagnostics.mistakes() != before) {
        return;
    }
    const bool is_volume = mount.type == "volume";
    const bool is_bind = mount.type == "bind";
    const bool is_tmpfs = mount.type == "tmpfs";
    if (!is_volume && !is_bind && !is_tmpfs) {
        context.diagnostics.mistake(mount.type ? field.at(*field.node().find("type")) : field,
                                    "\"type\" must be \"volume\", \"bind\" or \"tmpfs\"");
    } else if ((mount.bind_given && !is_bind) || (mount.volume_given && !is_volume) ||
               (mount.tmpfs_given && !is_tmpfs)) {
        context.diagnostics.mistake(field, "has settings of another type than its own, " +
                                               in_quotes(*mount.type));
    } else if (mount.target.empty()) {
        context.diagnostics.mistake(field, "\"target\", the path in the container, is missing");
    } else if (check_target(context, field.at(*field.node().find("target")), mount.target)) {
        const auto make = is_volume ? make_volume : is_bind ? make_bind : make_tmpfs;
        if (auto made = make(context, field, mount)) {
            draft.container().mounts.push_back(std::move(*made));
        }
    }
}

template <class Number>
Parsed<Number> parse_number(std::string_view text, int base) {
    Number number{};
    const char* const end = text.data() + text.size();
    const auto [at, code] = std::from_chars(text.data(), end, number, base);
    if (code != std::errc{} || at != end) {
        return complain(fmt::format("{} is no number of base {}", in_quotes(text), base));
    }
    return number;
}

void apply_tmpfs_option(Context& context, const Field& field, std::string_view option,
                        TmpfsMount& tmpfs) {
    const auto equals = option.find('=');
    const std::string_view key = option.substr(0, equals);
    const std::string_view value = equals == std::string_view::npos ? "" : option.substr(equals + 1);
    if (key == "size") {
        tmpfs.size = accept(context, field, parse_bytes(value));
    } else if (key == "mode") {
        tmpfs.mode = accept(context, field, parse_number<std::uint32_t>(value, 8));
    } else if (key == "uid") {
        tmpfs.uid = accept(context, field, parse_number<std::uint32_t>(value, 10));
    } else if (key == "gid") {
        tmpfs.gid = accept(context, field, parse_number<std::uint32_t>(value, 10));
    } else {
        context.diagnostics.mistake(field,
                                    fmt::format("the option {} is not supported", in_quotes(option)),
                                    "Options are size, mode, uid and gid.");
    }
}

void read_one_tmpfs(Context& context, const Field& field, Draft& draft) {
    const auto text = read_name(context, field);
    if (!text) {
        return;
    }
    const auto colon = text->find(':');
    TmpfsMount tmpfs{.target = text->substr(0, colon)};
    if (!check_target(context, field, tmpfs.target)) {
        return;
    }
    if (colon != std::string::npos) {
        for (const std::string_view option : split(std::string_view(*text).substr(colon + 1), ',')) {
            apply_tmpfs_option(context, field, option, tmpfs);
        }
    }
    draft.tmpfs.push_back(std::move(tmpfs));
}

} // namespace

void read_volumes(Context& context, const Field& field, Draft& draft) {
    if (!expect(context, field, NodeKind::list)) {
        return;
    }
    for (std::size_t i = 0; i < field.node().items.size(); ++i) {
        const Field item = field.at(i);
        if (item.node().kind == NodeKind::string) {
            read_short(context, item, draft);
        } else if (item.node().kind == NodeKind::map) {
            read_long(context, item, draft);
        } else {
            wrong_kind(context, item, "\"SOURCE:TARGET\", or a map with \"type\"");
        }
    }
}

void read_tmpfs(Context& context, const Field& field, Draft& draft) {
    if (field.node().kind != NodeKind::list) {
        read_one_tmpfs(context, field, draft);
        return;
    }
    for (std::size_t i = 0; i < field.node().items.size(); ++i) {
        read_one_tmpfs(context, field.at(i), draft);
    }
}

} // namespace fairlead::stack_file
