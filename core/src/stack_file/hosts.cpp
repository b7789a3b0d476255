// SPDX-License-Identifier: MIT
#include <array>
#include <string>
#include <utility>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include "draft.hpp"
#include "host_address.hpp"
#include "in_quotes.hpp"

namespace fairlead::stack_file {
namespace {

void add_host(Context& context, const Field& field, const std::string& host, std::string address,
              Draft& draft) {
    if (address.starts_with('[') && address.ends_with(']')) {
        address = address.substr(1, address.size() - 2);
    }
    if (host.empty() || host.find_first_of(" \t\n=:") != std::string::npos) {
        context.diagnostics.misnamed(field, fmt::format("{} is no host name", in_quotes(host)));
    } else if (address != "host-gateway" && !is_address(address)) {
        context.diagnostics.mistake(field, fmt::format("{} is no IP address", in_quotes(address)),
                                    "Write \"name=address\"; \"host-gateway\" stands for the host.");
    } else {
        draft.container().extra_hosts.emplace_back(host, std::move(address));
    }
}

} // namespace

bool is_address(std::string_view text) {
    const std::string terminated(text);
    std::array<unsigned char, sizeof(in6_addr)> address{};
    return inet_pton(AF_INET, terminated.c_str(), address.data()) == 1 ||
           inet_pton(AF_INET6, terminated.c_str(), address.data()) == 1;
}

void read_extra_hosts(Context& context, const Field& field, Draft& draft) {
    const Node& node = field.node();
    if (node.kind == NodeKind::map) {
        for (const Entry& entry : node.entries) {
            for (std::string& address : read_string_or_strings(context, field.at(entry))) {
                add_host(context, field.at(entry), entry.key, std::move(address), draft);
            }
        }
        return;
    }
    if (!expect(context, field, NodeKind::list)) {
        return;
    }
    for (std::size_t i = 0; i < node.items.size(); ++i) {
        if (const auto text = read_string(context, field.at(i))) {
            // '=' first: an IPv6 address holds colons.
            const auto equals = text->find('=');
            const auto mark = equals == std::string::npos ? text->find(':') : equals;
            add_host(context, field.at(i), text->substr(0, mark),
                     mark == std::string::npos ? "" : text->substr(mark + 1), draft);
        }
    }
}

void read_dns(Context& context, const Field& field, Draft& draft) {
    draft.container().dns = read_string_or_strings(context, field);
    for (const std::string& server : draft.container().dns) {
        if (!is_address(server)) {
            context.diagnostics.mistake(field, fmt::format("{} is no IP address", in_quotes(server)));
        }
    }
}

} // namespace fairlead::stack_file
