// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fairlead/error.hpp>
#include <fairlead/export.hpp>
#include <fairlead/runtime.hpp>

namespace fairlead {

/// A file that looks like a plugin, and whether it can be one.
struct PluginInfo {
    std::string name;
    std::filesystem::path path;
    /// The plugin's own version; empty if it could not be asked.
    std::string version;
    /// Why it would be refused; absent: it can be loaded.
    std::optional<Error> refused;
};

/// Finds runtime plugins by name in an ordered list of directories, and loads them.
///
/// A plugin is code that runs with the rights of the host, so a file or directory is used only if it
/// belongs to root or to the calling user and nobody else can write to it or exchange it, links and
/// parent folders included; so what has been checked is what is loaded. Neither the working directory nor
/// `LD_LIBRARY_PATH` is ever searched.
///
/// A library, once loaded, stays loaded until the process ends: threads, vtables and static objects of
/// a plugin may outlive every handle, so unloading could never be proved safe.
///
/// Threads: any number at once. Ownership: a value; the runtimes it loads do not depend on it.
class FAIRLEAD_API PluginRegistry {
public:
    /// Searches these directories, in this order. Those that are not absolute are refused by `load`.
    explicit PluginRegistry(std::vector<std::filesystem::path> directories);

    /// `configured`, then `FAIRLEAD_PLUGIN_PATH` (separated by colons), then the directory of the
    /// installation that this library belongs to; in a build tree, the build's own.
    [[nodiscard]] static PluginRegistry standard(std::vector<std::filesystem::path> configured = {});

    /// Effect: loads `fairlead-<name>.so` from the first directory that has it and makes a runtime
    /// from `options`, a JSON object as text. A refused file ends the search; it is not passed over.
    /// Already so: each call makes another runtime; the library is loaded once.
    /// Errors: `invalid_spec` (a name that is not `[a-z][a-z0-9-]*`), `plugin_not_found` (lists every
    /// path tried and why it was passed over), `plugin_rejected` (with both sides' values), or what the
    /// plugin says of its options.
    /// Blocking: no longer than the dynamic linker and the plugin's `create` take; not cancellable.
    /// Ownership: the runtime is shared; it may outlive the registry.
    [[nodiscard]] Result<std::shared_ptr<ContainerRuntime>> load(std::string_view name,
                                                                 std::string_view options = "{}") const;

    /// Effect: loads every plugin found, without making a runtime, and reports on each, ordered by
    /// directory and name. A later file of a name that has been seen is reported as well.
    [[nodiscard]] std::vector<PluginInfo> scan() const;

    [[nodiscard]] const std::vector<std::filesystem::path>& directories() const noexcept;

private:
    std::vector<std::filesystem::path> directories_;
};

} // namespace fairlead
