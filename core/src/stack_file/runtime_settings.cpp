// SPDX-License-Identifier: MIT
#include <array>
#include <utility>

#include <fmt/format.h>

#include "../name_rules.hpp"
#include "draft.hpp"
#include "in_quotes.hpp"
#include "node_json.hpp"

/// The `x-fairlead` object: which engine, and how to reach it.
namespace fairlead::stack_file {
namespace {

bool check_plugin_name(Context& context, const Field& field, std::string_view name) {
    if (name_rules::is_plugin(name)) {
        return true;
    }
    context.diagnostics.misnamed(
        field, fmt::format("{} is no name of a runtime", in_quotes(name)),
        "Lower-case letters, digits and '-', beginning with a letter; `fairlead plugins` lists those "
        "that are there.");
    return false;
}

constexpr std::array config_keys{
    Key<RuntimeConfig>{"options",
                       [](Context& context, const Field& field, RuntimeConfig& config) {
                           if (!expect(context, field, NodeKind::map)) {
                               return;
                           }
                           for (const Entry& entry : field.node().entries) {
                               const Field at = field.at(entry);
                               if (check_plugin_name(context, at, entry.key) &&
                                   expect(context, at, NodeKind::map)) {
                                   config.options[entry.key] = to_json_text(entry.value);
                               }
                           }
                       }},
    Key<RuntimeConfig>{
        "plugin_path",
        [](Context& context, const Field& field, RuntimeConfig& config) {
            for (std::string& folder : read_strings(context, field)) {
                if (folder.starts_with('/')) {
                    config.plugin_path.emplace_back(std::move(folder));
                } else {
                    context.diagnostics.mistake(
                        field, fmt::format("{} is not absolute", in_quotes(folder)),
                        "Plugins are loaded from absolute folders only, so that nobody can put another "
                        "one in their way.");
                }
            }
        }},
    Key<RuntimeConfig>{"runtime",
                       [](Context& context, const Field& field, RuntimeConfig& config) {
                           const auto name = read_string(context, field);
                           if (name && check_plugin_name(context, field, *name)) {
                               config.runtime = *name;
                           }
                       }},
};

} // namespace

RuntimeConfig read_runtime_settings(Context& context, const Field& field) {
    RuntimeConfig config;
    read_keys<RuntimeConfig>(context, field, config, config_keys);
    return config;
}

} // namespace fairlead::stack_file
