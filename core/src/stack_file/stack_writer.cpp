// SPDX-License-Identifier: MIT
#include <map>
#include <set>
#include <string>
#include <utility>

#include <fairlead/stack_file.hpp>

#include "service_writer.hpp"

namespace fairlead {
namespace {

using Json = nlohmann::ordered_json;
using stack_file::text;
using stack_file::VolumeKeys;

Json declaration(const std::string& engine_name, const std::string& usual, bool external) {
    Json json = Json::object();
    if (external) {
        json["external"] = true;
    }
    if (external || engine_name != usual) {
        json["name"] = text(engine_name);
    }
    return json;
}

/// Declares every named volume that is mounted, under the key it most likely had.
VolumeKeys declare_volumes(Json& json, const Stack& stack) {
    VolumeKeys keys;
    std::set<std::string> taken;
    const std::string prefix = stack.name + ".";
    for (const Service& service : stack.services) {
        for (const Mount& mount : service.container.mounts) {
            const auto* volume = std::get_if<VolumeMount>(&mount);
            if (volume == nullptr || volume->volume.empty() || keys.contains(volume->volume)) {
                continue;
            }
            const bool ours = !volume->external && volume->volume.starts_with(prefix) &&
                              volume->volume.size() > prefix.size();
            std::string key = ours ? volume->volume.substr(prefix.size()) : volume->volume;
            while (!taken.insert(key).second) {
                key += "_";
            }
            json["volumes"][key] = declaration(volume->volume, prefix + key, volume->external);
            keys.emplace(volume->volume, key);
        }
    }
    return keys;
}

void declare_networks(Json& json, const Stack& stack) {
    for (const Service& service : stack.services) {
        for (const NetworkAttachment& attachment : service.container.networks) {
            const NetworkSpec& network = attachment.network;
            json["networks"][network.name] =
                declaration(engine_name(network), stack.name + "." + network.name, network.external);
        }
    }
}

void declare_files(Json& json, const Stack& stack, bool reveal_secrets) {
    for (const Service& service : stack.services) {
        for (const FileContent& secret : service.container.secrets) {
            json["secrets"][secret.name] = {{"content", reveal_secrets ? text(secret.content) : "***"}};
        }
        for (const FileContent& config : service.container.configs) {
            json["configs"][config.name] = {{"content", text(config.content)}};
        }
    }
}

/// Escapes every string value, since options are interpolated like the rest of the file.
void escape(Json& json) {
    if (json.is_string()) {
        json = text(json.get_ref<const std::string&>());
    } else if (json.is_structured()) {
        for (Json& value : json) {
            escape(value);
        }
    }
}

Json write_runtime(const RuntimeConfig& config) {
    Json json = Json::object();
    if (config.runtime) {
        json["runtime"] = *config.runtime;
    }
    for (const auto& folder : config.plugin_path) {
        json["plugin_path"].push_back(text(folder.string()));
    }
    for (const auto& [runtime, options] : config.options) {
        Json written = Json::parse(options, nullptr, false);
        escape(written);
        json["options"][runtime] = std::move(written);
    }
    return json;
}

} // namespace

std::string write_stack(const Stack& stack, bool reveal_secrets) {
    Json json = {{"name", stack.name}};
    if (stack.runtime != RuntimeConfig{}) {
        json["x-fairlead"] = write_runtime(stack.runtime);
    }
    json["services"] = Json::object();
    const VolumeKeys volumes = declare_volumes(json, stack);
    for (const Service& service : stack.services) {
        json["services"][service.container.service] = stack_file::write_service(service, volumes);
    }
    declare_networks(json, stack);
    declare_files(json, stack, reveal_secrets);
    // Contents need not be UTF-8; JSON has no way to say them exactly then.
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace fairlead
