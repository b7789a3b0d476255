// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <system_error>

#include <boost/dll/shared_library.hpp>
#include <dlfcn.h>
#include <fmt/format.h>

#include <fairlead/plugin.hpp>
#include <fairlead/plugin_registry.hpp>

#include "elf_file.hpp"
#include "name_rules.hpp"
#include "trusted_path.hpp"

namespace fairlead {
namespace {

constexpr std::string_view file_prefix = "fairlead-";
constexpr std::string_view file_suffix = ".so";

std::string file_name(std::string_view name) {
    return fmt::format("{}{}{}", file_prefix, name, file_suffix);
}

Error rejected(const std::filesystem::path& path, std::string message, std::string hint) {
    return {.code = Errc::plugin_rejected,
            .operation = "load plugin",
            .subject = path.string(),
            .message = std::move(message),
            .hint = std::move(hint)};
}

/// Keeps the library loaded until the process ends; see the class comment for why.
void pin(const std::filesystem::path& path) {
    (void)::dlopen(path.c_str(), RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
}

/// Compares what must agree before anything else of the descriptor may be used.
Result<void> check_descriptor(const std::filesystem::path& path, std::string_view name,
                              const fairlead_plugin_descriptor& plugin) {
    const std::string rebuild = fmt::format("Rebuild the plugin against fairlead {} with the compiler of "
                                            "this host ({}).",
                                            FAIRLEAD_VERSION, toolchain_tag);
    if (plugin.struct_size != sizeof(fairlead_plugin_descriptor)) {
        return fail(rejected(path,
                             fmt::format("its descriptor has {} bytes, this host's has {}",
                                         plugin.struct_size, sizeof(fairlead_plugin_descriptor)),
                             rebuild));
    }
    if (plugin.abi != plugin_abi) {
        return fail(
            rejected(path, fmt::format("it has plugin ABI {}, this host has {}", plugin.abi, plugin_abi),
                     rebuild));
    }
    if (plugin.toolchain == nullptr || std::strcmp(plugin.toolchain, toolchain_tag) != 0) {
        return fail(
            rejected(path,
                     fmt::format("it was built with '{}', this host with '{}'",
                                 plugin.toolchain == nullptr ? "" : plugin.toolchain, toolchain_tag),
                     rebuild));
    }
    if (plugin.name == nullptr || plugin.version == nullptr || plugin.create == nullptr ||
        plugin.destroy == nullptr) {
        return fail(rejected(path, "its descriptor is incomplete",
                             "Declare it with FAIRLEAD_RUNTIME_PLUGIN, as plugin.hpp says."));
    }
    if (name != plugin.name) {
        return fail(rejected(path, fmt::format("it calls itself '{}', not '{}'", plugin.name, name),
                             fmt::format("Name the file {}.", file_name(plugin.name))));
    }
    return {};
}

/// Only the throwing form tells what the dynamic linker said.
Result<void> load(boost::dll::shared_library& library, const std::filesystem::path& path) {
    try {
        library.load(path, boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
        pin(path);
        return {};
    } catch (const std::exception& thrown) {
        return fail(
            rejected(path, fmt::format("the dynamic linker refuses it: {}", thrown.what()),
                     "Check that it is a shared library for this machine and that the libraries it "
                     "needs are installed (ldd shows them)."));
    }
}

/// Loads the file and returns its descriptor, which stays valid until the process ends.
Result<const fairlead_plugin_descriptor*> open_plugin(const std::filesystem::path& directory,
                                                      std::string_view name) {
    const auto path = trusted_path(directory, file_name(name));
    if (!path) {
        return std::unexpected(path.error());
    }
    if (auto whole = check_not_cut_off(*path); !whole) {
        return std::unexpected(std::move(whole.error()));
    }
    boost::dll::shared_library library;
    if (auto loaded = load(library, *path); !loaded) {
        return std::unexpected(std::move(loaded.error()));
    }
    if (!library.has("fairlead_plugin")) {
        return fail(rejected(*path, "it does not export the symbol fairlead_plugin",
                             "It is no fairlead plugin, or FAIRLEAD_RUNTIME_PLUGIN is missing in it."));
    }
    const auto& plugin = library.get<const fairlead_plugin_descriptor>("fairlead_plugin");
    if (auto valid = check_descriptor(*path, name, plugin); !valid) {
        return std::unexpected(std::move(valid.error()));
    }
    return &plugin;
}

Result<std::shared_ptr<ContainerRuntime>> make_runtime(const fairlead_plugin_descriptor& plugin,
                                                       std::string_view name, std::string_view options) {
    Error error;
    ContainerRuntime* runtime = plugin.create(std::string(options).c_str(), &error);
    if (runtime == nullptr) {
        if (error.message.empty()) {
            error = {.code = Errc::plugin_rejected,
                     .operation = "create runtime",
                     .subject = std::string(name),
                     .message = "the plugin's factory returned nothing and gave no reason",
                     .hint = "This is a defect of the plugin; report it to its author."};
        }
        return fail(std::move(error));
    }
    return std::shared_ptr<ContainerRuntime>(runtime, plugin.destroy);
}

Error not_found(std::string_view name, const std::vector<Error>& passed_over) {
    std::string tried;
    for (const Error& error : passed_over) {
        tried += fmt::format("{}: {}\n", error.subject, error.message);
    }
    Error error{
        .code = Errc::plugin_not_found,
        .operation = "load plugin",
        .subject = std::string(name),
        .message = passed_over.empty() ? "there is no directory to search"
                                       : "no plugin of that name in any directory searched",
        .hint = "See `fairlead plugins` for what is there; name further directories in plugin_path or "
                "FAIRLEAD_PLUGIN_PATH."};
    error.attachments.push_back({.title = "tried", .text = tried});
    return error;
}

/// Where this library itself is.
std::filesystem::path own_directory() {
    Dl_info info{};
    if (::dladdr(reinterpret_cast<const void*>(&own_directory), &info) == 0 ||
        info.dli_fname == nullptr) {
        return {};
    }
    std::error_code error;
    return std::filesystem::canonical(info.dli_fname, error).parent_path();
}

/// `fairlead` beside the library; in a build tree, where a marker lies beside it, the folders in which
/// the plugins were built.
std::vector<std::filesystem::path> own_plugin_directories() {
    const auto here = own_directory();
    std::error_code error;
    if (here.empty() || !std::filesystem::exists(here / "build-tree", error)) {
        return {here / "fairlead"};
    }
    std::vector<std::filesystem::path> directories;
    for (const auto& entry : std::filesystem::directory_iterator(here.parent_path() / "plugins", error)) {
        if (entry.is_directory(error) && entry.path().extension().empty()) {
            directories.push_back(entry.path());
        }
    }
    std::ranges::sort(directories);
    return directories;
}

std::vector<std::string> plugin_names(const std::filesystem::path& directory) {
    std::vector<std::string> names;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
        const std::string file = entry.path().filename().string();
        if (file.size() <= file_prefix.size() + file_suffix.size() || !file.starts_with(file_prefix) ||
            !file.ends_with(file_suffix)) {
            continue;
        }
        std::string name =
            file.substr(file_prefix.size(), file.size() - file_prefix.size() - file_suffix.size());
        if (name_rules::is_plugin(name)) {
            names.push_back(std::move(name));
        }
    }
    std::ranges::sort(names);
    return names;
}

} // namespace

PluginRegistry::PluginRegistry(std::vector<std::filesystem::path> directories)
    : directories_(std::move(directories)) {}

PluginRegistry PluginRegistry::standard(std::vector<std::filesystem::path> configured) {
    std::vector<std::filesystem::path> directories = std::move(configured);
    // Not in a program with raised privileges: there the environment belongs to someone else.
    if (const char* listed = ::secure_getenv("FAIRLEAD_PLUGIN_PATH")) {
        std::string_view rest = listed;
        while (!rest.empty()) {
            const auto end = rest.find(':');
            if (const auto directory = rest.substr(0, end); !directory.empty()) {
                directories.emplace_back(directory);
            }
            rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
        }
    }
    std::ranges::move(own_plugin_directories(), std::back_inserter(directories));
    return PluginRegistry(std::move(directories));
}

Result<std::shared_ptr<ContainerRuntime>> PluginRegistry::load(std::string_view name,
                                                               std::string_view options) const {
    if (!name_rules::is_plugin(name)) {
        return fail(
            {.code = Errc::invalid_spec,
             .operation = "load plugin",
             .subject = fmt::format("'{}'", name),
             .message = "a plugin's name is lower-case letters, digits and '-', beginning with a letter",
             .hint = "Name the engine only, such as `fake`; directories belong into plugin_path."});
    }
    std::vector<Error> passed_over;
    for (const auto& directory : directories_) {
        if (!directory.is_absolute()) {
            passed_over.push_back(rejected(directory, "not an absolute path, so not searched", ""));
            continue;
        }
        auto plugin = open_plugin(directory, name);
        if (plugin) {
            return make_runtime(**plugin, name, options);
        }
        if (plugin.error().code != Errc::not_found) {
            return std::unexpected(std::move(plugin.error()));
        }
        passed_over.push_back(std::move(plugin.error()));
    }
    return fail(not_found(name, passed_over));
}

std::vector<PluginInfo> PluginRegistry::scan() const {
    std::vector<PluginInfo> found;
    for (const auto& directory : directories_) {
        if (!directory.is_absolute()) {
            continue;
        }
        for (const std::string& name : plugin_names(directory)) {
            PluginInfo info{
                .name = name, .path = directory / file_name(name), .version = {}, .refused = {}};
            if (auto plugin = open_plugin(directory, name)) {
                info.version = (*plugin)->version;
            } else {
                info.refused = std::move(plugin.error());
            }
            found.push_back(std::move(info));
        }
    }
    return found;
}

const std::vector<std::filesystem::path>& PluginRegistry::directories() const noexcept {
    return directories_;
}

} // namespace fairlead
