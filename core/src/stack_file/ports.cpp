// SPDX-License-Identifier: MIT
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "draft.hpp"
#include "host_address.hpp"
#include "in_quotes.hpp"

namespace fairlead::stack_file {
namespace {

constexpr std::string_view forms = "The forms are CONTAINER, HOST:CONTAINER and IP:HOST:CONTAINER, each "
                                   "port a number or a range, with /tcp or "
                                   "/udp at the end.";

struct Range {
    std::uint16_t first = 0;
    std::uint16_t last = 0;

    [[nodiscard]] unsigned size() const noexcept { return static_cast<unsigned>(last - first) + 1U; }
};

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [at, code] = std::from_chars(text.data(), text.data() + text.size(), port);
    return code == std::errc{} && at == text.data() + text.size() ? std::optional(port) : std::nullopt;
}

Parsed<Range> parse_range(std::string_view text) {
    const auto dash = text.find('-');
    const auto first = parse_port(text.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : parse_port(text.substr(dash + 1));
    if (!first || !last || *first == 0) {
        return complain(fmt::format("{} is no port or range of ports from 1 to 65535", in_quotes(text)),
                        std::string(forms));
    }
    if (*last < *first) {
        return complain(fmt::format("the range {} ends before it begins", in_quotes(text)));
    }
    return Range{*first, *last};
}

Parsed<Protocol> parse_protocol(std::string_view text) {
    if (text == "tcp" || text == "udp") {
        return text == "udp" ? Protocol::udp : Protocol::tcp;
    }
    return complain(fmt::format("the protocol {} is not supported", in_quotes(text)),
                    "It is tcp or udp.");
}

struct Published {
    std::string host_ip = PortMapping{}.host_ip;
    /// Absent: the engine picks.
    std::optional<Range> host;
    Range container;
    Protocol protocol = Protocol::tcp;
};

/// Takes `IP:` off the front of `HOST`, what stands before the container's ports.
Parsed<std::string_view> split_address(std::string_view text, Published& port) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return text;
    }
    std::string_view address = text.substr(0, colon);
    const bool bracketed = address.starts_with('[') && address.ends_with(']');
    if (bracketed) {
        address = address.substr(1, address.size() - 2);
    } else if (address.find(':') != std::string_view::npos) {
        return complain(fmt::format("{} holds too many colons", in_quotes(text)),
                        "An IPv6 address stands in brackets: [::1]:8080:80.");
    }
    if (!is_address(address)) {
        return complain(fmt::format("{} is no IP address", in_quotes(address)), std::string(forms));
    }
    port.host_ip = address;
    return text.substr(colon + 1);
}

Parsed<Published> parse_published(std::string_view text) {
    Published port;
    if (const auto slash = text.find('/'); slash != std::string_view::npos) {
        auto protocol = parse_protocol(text.substr(slash + 1));
        if (!protocol) {
            return std::unexpected(std::move(protocol.error()));
        }
        port.protocol = *protocol;
        text = text.substr(0, slash);
    }
    const auto colon = text.rfind(':');
    auto container = parse_range(colon == std::string_view::npos ? text : text.substr(colon + 1));
    if (!container) {
        return std::unexpected(std::move(container.error()));
    }
    port.container = *container;
    if (colon == std::string_view::npos) {
        return port;
    }
    const auto host = split_address(text.substr(0, colon), port);
    if (!host) {
        return std::unexpected(host.error());
    }
    if (!host->empty() && *host != "0") {
        auto range = parse_range(*host);
        if (!range) {
            return std::unexpected(std::move(range.error()));
        }
        port.host = *range;
    }
    return port;
}

void add(Context& context, const Field& field, const Published& port, Draft& draft) {
    if (port.host && port.host->size() != port.container.size()) {
        context.diagnostics.mistake(
            field,
            fmt::format("{} host ports for {} container ports", port.host->size(), port.container.size()),
            "Both ranges need the same length; without a host port the engine picks a free one.");
        return;
    }
    if (port.container.size() > context.ports_left) {
        context.diagnostics.mistake(field, "too many ports in this file");
        return;
    }
    context.ports_left -= port.container.size();
    for (unsigned i = 0; i < port.container.size(); ++i) {
        draft.container().ports.push_back(
            {.host_ip = port.host_ip,
             .host_port = static_cast<std::uint16_t>(port.host ? port.host->first + i : 0),
             .container_port = static_cast<std::uint16_t>(port.container.first + i),
             .protocol = port.protocol});
    }
}

constexpr std::array port_keys{
    // These three describe the port to people and to clusters; Compose publishes the same either way.
    Key<Published>{"app_protocol", [](Context& context, const Field& field,
                                      Published&) { (void)read_string(context, field); }},
    Key<Published>{"mode",
                   [](Context& context, const Field& field, Published&) {
                       const auto mode = read_string(context, field);
                       if (mode && *mode != "host" && *mode != "ingress") {
                           wrong_kind(context, field, "\"host\" or \"ingress\"");
                       }
                   }},
    Key<Published>{"name", [](Context& context, const Field& field,
                              Published&) { (void)read_string(context, field); }},
    Key<Published>{"host_ip",
                   [](Context& context, const Field& field, Published& port) {
                       const auto text = read_string(context, field);
                       if (text && !is_address(*text)) {
                           wrong_kind(context, field, "an IP address");
                       } else if (text) {
                           port.host_ip = *text;
                       }
                   }},
    Key<Published>{"protocol",
                   [](Context& context, const Field& field, Published& port) {
                       if (const auto text = read_string(context, field)) {
                           port.protocol =
                               accept(context, field, parse_protocol(*text)).value_or(port.protocol);
                       }
                   }},
    Key<Published>{"published",
                   [](Context& context, const Field& field, Published& port) {
                       const auto text = read_scalar(context, field);
                       if (text && !text->empty() && *text != "0") {
                           port.host = accept(context, field, parse_range(*text));
                       }
                   }},
    Key<Published>{"target",
                   [](Context& context, const Field& field, Published& port) {
                       if (const auto text = read_scalar(context, field)) {
                           port.container = accept(context, field, parse_range(*text)).value_or(Range{});
                       }
                   }},
};

void read_port(Context& context, const Field& field, Draft& draft) {
    const Node& node = field.node();
    if (node.kind == NodeKind::map) {
        const std::size_t before = context.diagnostics.mistakes();
        Published port;
        read_keys<Published>(context, field, port, port_keys);
        if (node.find("target") == nullptr) {
            context.diagnostics.mistake(field, "\"target\", the container's port, is missing");
        } else if (context.diagnostics.mistakes() == before && port.container.first != 0) {
            add(context, field, port, draft);
        }
    } else if (node.kind == NodeKind::string || node.kind == NodeKind::number) {
        if (const auto port = accept(context, field, parse_published(node.text))) {
            add(context, field, *port, draft);
        }
    } else {
        wrong_kind(context, field, "a port");
    }
}

} // namespace

void read_ports(Context& context, const Field& field, Draft& draft) {
    if (!expect(context, field, NodeKind::list)) {
        return;
    }
    for (std::size_t i = 0; i < field.node().items.size(); ++i) {
        read_port(context, field.at(i), draft);
    }
}

void read_expose(Context& context, const Field& field, Draft& draft) {
    if (!expect(context, field, NodeKind::list)) {
        return;
    }
    for (std::size_t i = 0; i < field.node().items.size(); ++i) {
        const auto text = read_scalar(context, field.at(i));
        if (!text) {
            continue;
        }
        const auto slash = text->find('/');
        const auto protocol = slash == std::string::npos ? "tcp" : text->substr(slash + 1);
        if (accept(context, field.at(i), parse_range(text->substr(0, slash))) &&
            accept(context, field.at(i), parse_protocol(protocol))) {
            draft.container().expose.push_back(*text);
        }
    }
}

} // namespace fairlead::stack_file
