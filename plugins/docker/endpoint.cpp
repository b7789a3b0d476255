// SPDX-License-Identifier: MIT
#include "endpoint.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "common/json.hpp"
#include "common_names.hpp"
#include "options.hpp"

namespace fairlead::docker {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view system_socket = "/var/run/docker.sock";
constexpr std::string_view tls_port = "2376";
constexpr std::string_view plain_port = "2375";

/// An address and where it was found.
struct Choice {
    std::string address;
    std::string source;
    std::optional<TlsFiles> tls;
};

std::unexpected<Error> refused(Errc code, std::string subject, std::string message,
                               std::string hint = {}) {
    return fail({.code = code,
                 .operation = "find the Docker engine",
                 .subject = std::move(subject),
                 .message = std::move(message),
                 .hint = std::move(hint)});
}

std::string value_of(const Environment& environment, const std::string& name) {
    return environment(name).value_or(std::string{});
}

Result<Json> read_json_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    std::optional<Json> json = parse_json(text);
    if (!json || !json->is_object()) {
        return refused(Errc::invalid_file, path.string(), "it cannot be read as a JSON object");
    }
    return std::move(*json);
}

TlsFiles tls_files(const fs::path& folder, bool verify) {
    return {.ca = folder / "ca.pem",
            .certificate = folder / "cert.pem",
            .key = folder / "key.pem",
            .verify = verify};
}

/// `DOCKER_TLS_VERIFY` set to anything, "0" included, asks for verification: so Docker's client reads it.
std::optional<TlsFiles> configured_tls(const Options& options, const Environment& environment) {
    const bool verify = options.tls_verify.value_or(!value_of(environment, "DOCKER_TLS_VERIFY").empty());
    fs::path folder = options.cert_path;
    if (folder.empty()) {
        folder = value_of(environment, "DOCKER_CERT_PATH");
    }
    if (folder.empty() && !verify) {
        return std::nullopt;
    }
    return tls_files(folder.empty() ? config_folder(options, environment) : folder, verify);
}

/// Each context lies in a folder named by a digest of its name; the name is in the file as well, so that
/// reading them all finds it.
Result<Choice> find_context(const std::string& name, const std::string& source, const fs::path& config) {
    const fs::path metas = config / "contexts" / "meta";
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(metas, ignored)) {
        const fs::path file = entry.path() / "meta.json";
        if (!fs::exists(file, ignored)) {
            continue;
        }
        const Result<Json> meta = read_json_file(file);
        if (!meta || text_of(at(*meta, {"Name"})) != name) {
            continue;
        }
        Choice choice{.address = text_of(at(*meta, {"Endpoints", "docker", "Host"})),
                      .source = fmt::format("docker context '{}'", name),
                      .tls = std::nullopt};
        const fs::path tls = config / "contexts" / "tls" / entry.path().filename() / "docker";
        if (fs::exists(tls, ignored)) {
            const bool skip = flag_of(at(*meta, {"Endpoints", "docker", "SkipTLSVerify"}));
            choice.tls = tls_files(tls, !skip);
        }
        return choice;
    }
    return refused(Errc::invalid_spec, name,
                   fmt::format("the Docker context that {} names does not exist", source),
                   "See 'docker context ls', or give the option 'host'.");
}

Choice default_choice(const Environment& environment) {
    std::error_code ignored;
    const std::string runtime = value_of(environment, "XDG_RUNTIME_DIR");
    if (!fs::exists(system_socket, ignored) && !runtime.empty()) {
        const fs::path rootless = fs::path(runtime) / "docker.sock";
        if (fs::exists(rootless, ignored)) {
            return {.address = "unix://" + rootless.string(), .source = "the rootless socket", .tls = {}};
        }
    }
    return {
        .address = fmt::format("unix://{}", system_socket), .source = "the default socket", .tls = {}};
}

Result<Choice> choose(const Options& options, const Environment& environment) {
    if (!options.host.empty()) {
        return Choice{options.host, "option 'host'", configured_tls(options, environment)};
    }
    const fs::path config = config_folder(options, environment);
    if (!options.context.empty() && options.context != "default") {
        return find_context(options.context, "option 'context'", config);
    }
    const std::string host = value_of(environment, "DOCKER_HOST");
    if (!host.empty() && options.context.empty()) {
        return Choice{host, "DOCKER_HOST", configured_tls(options, environment)};
    }
    std::string context =
        options.context.empty() ? value_of(environment, "DOCKER_CONTEXT") : options.context;
    std::string source = "DOCKER_CONTEXT";
    std::error_code ignored;
    const fs::path file = config / "config.json";
    if (context.empty() && fs::exists(file, ignored)) {
        const Result<Json> json = read_json_file(file);
        if (!json) {
            return std::unexpected(json.error());
        }
        context = text_of(at(*json, {"currentContext"}));
        source = file.string();
    }
    if (!context.empty() && context != "default") {
        return find_context(context, source, config);
    }
    return default_choice(environment);
}

Result<Endpoint> unix_endpoint(const Choice& choice, std::string_view path) {
    if (!path.starts_with('/')) {
        return refused(Errc::invalid_spec, choice.address,
                       fmt::format("{} gives a socket whose path is not absolute", choice.source),
                       "Write unix:///path/to/docker.sock, with three slashes.");
    }
    // The host of the URL only fills the Host header, which engines ignore on a socket.
    return Endpoint{.address = choice.address,
                    .source = choice.source,
                    .unix_socket = std::string(path),
                    .base_url = "http://localhost",
                    .tls = std::nullopt};
}

Result<Endpoint> tcp_endpoint(const Choice& choice, std::string_view scheme, std::string_view authority) {
    while (authority.ends_with('/')) {
        authority.remove_suffix(1);
    }
    const auto valid = [](char c) {
        return std::string_view("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]%")
                   .find(c) != std::string_view::npos;
    };
    if (authority.empty() || !std::ranges::all_of(authority, valid)) {
        return refused(Errc::invalid_spec, choice.address,
                       fmt::format("{} gives an address that is not host:port", choice.source));
    }
    std::optional<TlsFiles> tls = scheme == "http" ? std::nullopt : choice.tls;
    if (scheme == "https" && !tls) {
        tls = TlsFiles{};
    }
    std::string host(authority);
    const auto bracket = host.rfind(']');
    if (host.find(':', bracket == std::string::npos ? 0 : bracket) == std::string::npos) {
        host += fmt::format(":{}", tls ? tls_port : plain_port);
    }
    return Endpoint{.address = choice.address,
                    .source = choice.source,
                    .unix_socket = std::nullopt,
                    .base_url = fmt::format("{}://{}", tls ? "https" : "http", host),
                    .tls = std::move(tls)};
}

} // namespace

Environment process_environment() {
    return [](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str());
        return value == nullptr ? std::nullopt : std::optional<std::string>(value);
    };
}

fs::path config_folder(const Options& options, const Environment& environment) {
    if (!options.config.empty()) {
        return options.config;
    }
    if (std::string folder = value_of(environment, "DOCKER_CONFIG"); !folder.empty()) {
        return folder;
    }
    const std::string home = value_of(environment, "HOME");
    return home.empty() ? fs::path{} : fs::path(home) / ".docker";
}

Result<Endpoint> resolve_endpoint(const Options& options, const Environment& environment) {
    const Result<Choice> choice = choose(options, environment);
    if (!choice) {
        return std::unexpected(choice.error());
    }
    const std::string_view address = choice->address;
    const auto colon = address.find("://");
    const std::string_view scheme = address.substr(0, colon == std::string_view::npos ? 0 : colon);
    const std::string_view rest = colon == std::string_view::npos ? address : address.substr(colon + 3);
    if (scheme == "unix") {
        return unix_endpoint(*choice, rest);
    }
    if (scheme == "tcp" || scheme == "http" || scheme == "https") {
        return tcp_endpoint(*choice, scheme, rest);
    }
    if (scheme == "ssh" || scheme == "npipe" || scheme == "fd") {
        return refused(
            Errc::unsupported, choice->address,
            fmt::format("{} asks for {}://, which this plugin does not speak", choice->source, scheme),
            "Forward the engine's socket (ssh -L) and give its unix:// address.");
    }
    return refused(Errc::invalid_spec, choice->address,
                   fmt::format("{} gives an address without unix:// or tcp://", choice->source));
}

} // namespace fairlead::docker
