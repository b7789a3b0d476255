// SPDX-License-Identifier: MIT
#include <array>
#include <utility>

#include <fmt/format.h>

#include "../name_rules.hpp"
#include "declarations.hpp"
#include "draft.hpp"
#include "in_quotes.hpp"

namespace fairlead::stack_file {
namespace {

struct Declared {
    std::optional<std::string> name;
    bool external = false;
};

/// `driver`, where only the engine's usual one has a place.
template <char First>
void read_driver(Context& context, const Field& field, Declared&) {
    constexpr std::string_view usual = First == 'b' ? "bridge" : "local";
    if (const auto driver = read_string(context, field); driver && *driver != usual) {
        context.diagnostics.mistake(field,
                                    fmt::format("the driver {} is not supported", in_quotes(*driver)),
                                    fmt::format("The driver is always {}.", usual));
    }
}

constexpr std::array network_keys{
    Key<Declared>{"driver", read_driver<'b'>},
    Key<Declared>{"external", into<&Declared::external, read_bool>},
    Key<Declared>{"name", into<&Declared::name, read_name>},
};
constexpr std::array unsupported_network{
    UnsupportedKey{"attachable"},  UnsupportedKey{"driver_opts"}, UnsupportedKey{"enable_ipv4"},
    UnsupportedKey{"enable_ipv6"}, UnsupportedKey{"internal"},    UnsupportedKey{"ipam"},
    UnsupportedKey{"labels"},
};

constexpr std::array volume_keys{
    Key<Declared>{"driver", read_driver<'l'>},
    Key<Declared>{"external", into<&Declared::external, read_bool>},
    Key<Declared>{"name", into<&Declared::name, read_name>},
};
constexpr std::array unsupported_volume{UnsupportedKey{"driver_opts"}, UnsupportedKey{"labels"}};

using Declarations = std::map<std::string, Declaration, std::less<>>;

void declare(Context& context, const Field& field, std::span<const Key<Declared>> keys,
             std::span<const UnsupportedKey> unsupported, Declarations& out) {
    for_each_declared(context, field, [&](const Field& at, const Entry& entry) {
        Declared declared;
        if (entry.value.kind != NodeKind::null) {
            read_keys<Declared>(context, at, declared, keys, unsupported);
        }
        // A network or volume of somebody else is known by its own name alone.
        const std::string usual = declared.external ? entry.key : context.project + "." + entry.key;
        const std::string name = declared.name.value_or(usual);
        if (!name_rules::is_object(name, 2, name_rules::longest_name)) {
            context.diagnostics.misnamed(
                at, fmt::format("{} is no name that every engine takes", in_quotes(name)),
                "Letters, digits, '_', '.' and '-', 2 to 127, beginning with a letter or digit.");
        }
        const bool customised = declared.external || name != usual;
        out.emplace(entry.key, Declaration{name, declared.external, customised});
    });
}

constexpr std::array attachment_keys{
    Key<NetworkAttachment>{"aliases",
                           [](Context& context, const Field& field, NetworkAttachment& attachment) {
                               attachment.aliases = read_strings(context, field);
                           }},
};
constexpr std::array unsupported_attachment{
    UnsupportedKey{"driver_opts"},  UnsupportedKey{"gw_priority"},  UnsupportedKey{"interface_name"},
    UnsupportedKey{"ipv4_address"}, UnsupportedKey{"ipv6_address"}, UnsupportedKey{"link_local_ips"},
    UnsupportedKey{"mac_address"},  UnsupportedKey{"priority"},
};

void attach(Context& context, const Field& field, const std::string& name, const Field* settings,
            Draft& draft) {
    Declaration network{.engine_name = context.project + ".default"};
    // The project's own network need not be declared.
    if (name != "default" || context.networks.contains(name)) {
        const Declaration* declared = find_declared(context, field, context.networks, name, "network");
        if (declared == nullptr) {
            return;
        }
        network = *declared;
    }
    NetworkAttachment attachment{.network = {.project = context.project,
                                             .name = name,
                                             .engine_name = std::move(network.engine_name),
                                             .external = network.external},
                                 .aliases = {}};
    if (settings != nullptr) {
        read_keys<NetworkAttachment>(context, *settings, attachment, attachment_keys,
                                     unsupported_attachment);
    }
    for (const NetworkAttachment& other : draft.container().networks) {
        if (other.network.engine_name == attachment.network.engine_name) {
            context.diagnostics.misnamed(field,
                                         fmt::format("the network {} is named twice", in_quotes(name)));
            return;
        }
    }
    draft.container().networks.push_back(std::move(attachment));
}

} // namespace

void declare_networks(Context& context, const Field& field) {
    declare(context, field, network_keys, unsupported_network, context.networks);
}

void declare_volumes(Context& context, const Field& field) {
    declare(context, field, volume_keys, unsupported_volume, context.volumes);
}

void read_networks(Context& context, const Field& field, Draft& draft) {
    const Node& node = field.node();
    draft.networks_given = true;
    if (node.kind == NodeKind::map) {
        for (const Entry& entry : node.entries) {
            const Field at = field.at(entry);
            attach(context, at, entry.key, entry.value.kind == NodeKind::null ? nullptr : &at, draft);
        }
    } else if (node.kind == NodeKind::list) {
        for (std::size_t i = 0; i < node.items.size(); ++i) {
            if (const auto name = read_string(context, field.at(i))) {
                attach(context, field.at(i), *name, nullptr, draft);
            }
        }
    } else {
        wrong_kind(context, field, "a list or a map of networks");
    }
}

void read_network_mode(Context& context, const Field& field, Draft& draft) {
    const auto mode = read_string(context, field);
    if (!mode) {
        return;
    }
    if (*mode == "none") {
        draft.container().network_mode = NetworkMode::none;
    } else if (*mode == "host") {
        draft.container().network_mode = NetworkMode::host;
    } else if (*mode == "bridge") {
        draft.container().network_mode = NetworkMode::bridge;
    } else {
        context.diagnostics.mistake(
            field, fmt::format("{} is not supported", in_quotes(*mode)),
            "The modes are \"none\", \"host\" and \"bridge\"; networks are named under "
            "\"networks\".");
    }
}

} // namespace fairlead::stack_file
