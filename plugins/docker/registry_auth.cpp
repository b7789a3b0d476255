// SPDX-License-Identifier: MIT
#include "registry_auth.hpp"

#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "common/json.hpp"
#include "common_names.hpp"
#include "credential_helper.hpp"

namespace fairlead::docker {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The host of a key of the file, which may be a URL: `https://host/v1/`.
std::string_view host_of(std::string_view key) {
    if (const auto scheme = key.find("://"); scheme != std::string_view::npos) {
        key = key.substr(scheme + 3);
    }
    return key.substr(0, key.find('/'));
}

Credentials read_entry(const Json& entry) {
    Credentials credentials{.user = text_of(at(entry, {"username"})),
                            .password = text_of(at(entry, {"password"})),
                            .identity_token = text_of(at(entry, {"identitytoken"}))};
    const std::string packed = decode_base64(text_of(at(entry, {"auth"}))).value_or(std::string{});
    if (const auto colon = packed.find(':'); colon != std::string::npos) {
        credentials.user = packed.substr(0, colon);
        credentials.password = packed.substr(colon + 1);
        while (credentials.password.ends_with('\0')) {
            credentials.password.pop_back();
        }
    }
    return credentials;
}

bool is_empty(const Credentials& credentials) {
    return credentials.user.empty() && credentials.identity_token.empty();
}

Json as_json(const Credentials& credentials, std::string_view registry) {
    if (!credentials.identity_token.empty()) {
        return {{"identitytoken", credentials.identity_token}, {"serveraddress", registry}};
    }
    return {
        {"username", credentials.user}, {"password", credentials.password}, {"serveraddress", registry}};
}

std::optional<Credentials> find_entry(const Json& config, const std::string& registry) {
    const Json& auths = at(config, {"auths"});
    if (!auths.is_object()) {
        return std::nullopt;
    }
    for (const auto& [key, entry] : auths.items()) {
        if (key == registry || host_of(key) == host_of(registry)) {
            if (const Credentials credentials = read_entry(entry); !is_empty(credentials)) {
                return credentials;
            }
        }
    }
    return std::nullopt;
}

Result<Json> read_config(const Call& call, const std::filesystem::path& folder) {
    const std::filesystem::path path = folder / "config.json";
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return Json::object();
    }
    const std::string text(std::istreambuf_iterator<char>(file), {});
    std::optional<Json> json = parse_json(text);
    if (!json) {
        return call.failed(Errc::invalid_file, fmt::format("{} is not JSON", path.string()),
                           "Docker's own client writes it; see 'docker login'.");
    }
    return std::move(*json);
}

} // namespace

Result<std::optional<Credentials>> RegistryAuth::find(const Call& call,
                                                      const std::string& registry) const {
    const Result<Json> config = read_config(call, config_folder_);
    if (!config) {
        return std::unexpected(config.error());
    }
    std::string helper = text_of(at(*config, {"credHelpers", registry}));
    if (helper.empty()) {
        helper = text_of(at(*config, {"credsStore"}));
    }
    if (!helper.empty()) {
        Result<std::optional<Credentials>> stored = ask_credential_helper(call, helper, registry);
        if (!stored || *stored) {
            return stored;
        }
    }
    return find_entry(*config, registry);
}

Result<std::optional<std::string>> RegistryAuth::header(const Call& call,
                                                        const std::string& registry) const {
    const Result<std::optional<Credentials>> credentials = find(call, registry);
    if (!credentials) {
        return std::unexpected(credentials.error());
    }
    if (!*credentials) {
        return std::optional<std::string>{};
    }
    return std::optional("X-Registry-Auth: " + base64url(json_text(as_json(**credentials, registry))));
}

Result<std::optional<std::string>> RegistryAuth::build_header(const Call& call) const {
    const Result<Json> config = read_config(call, config_folder_);
    if (!config) {
        return std::unexpected(config.error());
    }
    Json all = Json::object();
    if (const Json& auths = at(*config, {"auths"}); auths.is_object()) {
        for (const auto& [key, entry] : auths.items()) {
            if (const Credentials credentials = read_entry(entry); !is_empty(credentials)) {
                all[key] = as_json(credentials, key);
            }
        }
    }
    if (all.empty()) {
        return std::optional<std::string>{};
    }
    return std::optional("X-Registry-Config: " + base64url(json_text(all)));
}

std::string base64url(std::string_view bytes) {
    std::string out;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::size_t have = std::min<std::size_t>(3, bytes.size() - i);
        std::uint32_t group = 0;
        for (std::size_t j = 0; j < 3; ++j) {
            group = group << 8U | (j < have ? static_cast<unsigned char>(bytes[i + j]) : 0U);
        }
        for (std::size_t j = 0; j < 4; ++j) {
            out += j <= have ? alphabet[group >> (18U - 6U * j) & 63U] : '=';
        }
    }
    return out;
}

std::optional<std::string> decode_base64(std::string_view text) {
    while (text.ends_with('=')) {
        text.remove_suffix(1);
    }
    std::string out;
    std::uint32_t group = 0;
    unsigned bits = 0;
    for (const char c : text) {
        const char plain = c == '+' ? '-' : c == '/' ? '_' : c;
        const auto value = alphabet.find(plain);
        if (value == std::string_view::npos) {
            return std::nullopt;
        }
        group = group << 6U | static_cast<std::uint32_t>(value);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out += static_cast<char>(group >> bits & 0xffU);
        }
    }
    return out;
}

} // namespace fairlead::docker
