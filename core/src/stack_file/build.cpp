// SPDX-License-Identifier: MIT
#include <array>
#include <utility>

#include "draft.hpp"
#include "in_quotes.hpp"

namespace fairlead::stack_file {
namespace {

bool is_remote(const std::string& context) {
    return context.find("://") != std::string::npos || context.starts_with("git@") ||
           context.starts_with("github.com/");
}

void read_context(Context& context, const Field& field, BuildSpec& build) {
    const auto path = read_name(context, field);
    if (!path) {
        return;
    }
    if (is_remote(*path)) {
        context.diagnostics.mistake(field, "fairlead builds from folders only, not from a URL",
                                    "Fetch it first and name the folder.");
        return;
    }
    build.context = context.resolve(*path);
}

void read_args(Context& context, const Field& field, BuildSpec& build) {
    for (Pair& pair : read_pairs(context, field)) {
        if (pair.key.empty()) {
            context.diagnostics.misnamed(pair.field, "the argument's name is empty");
        } else if (pair.value) {
            build.args[pair.key] = std::move(*pair.value);
        } else if (auto value = context.lookup(pair.key)) {
            build.args[pair.key] = std::move(*value);
        }
    }
}

constexpr std::array build_keys{
    Key<BuildSpec>{"args", read_args},
    Key<BuildSpec>{"context", read_context},
    Key<BuildSpec>{"dockerfile", into<&BuildSpec::dockerfile, read_name>},
    Key<BuildSpec>{"dockerfile_inline", into<&BuildSpec::dockerfile_inline, read_name>},
    Key<BuildSpec>{"labels", [](Context& context, const Field& field,
                                BuildSpec& build) { build.labels = read_labels(context, field); }},
    Key<BuildSpec>{"no_cache", into<&BuildSpec::no_cache, read_bool>},
    Key<BuildSpec>{"target", into<&BuildSpec::target, read_name>},
};

constexpr std::array unsupported_keys{
    UnsupportedKey{"additional_contexts"},
    UnsupportedKey{"cache_from"},
    UnsupportedKey{"cache_to"},
    UnsupportedKey{"entitlements"},
    UnsupportedKey{"extra_hosts"},
    UnsupportedKey{"isolation"},
    UnsupportedKey{"network"},
    UnsupportedKey{"platforms"},
    UnsupportedKey{"privileged"},
    UnsupportedKey{"provenance"},
    UnsupportedKey{"pull"},
    UnsupportedKey{"sbom"},
    UnsupportedKey{"secrets"},
    UnsupportedKey{"shm_size"},
    UnsupportedKey{"ssh"},
    UnsupportedKey{"tags"},
    UnsupportedKey{"ulimits"},
};

} // namespace

void read_build(Context& context, const Field& field, Draft& draft) {
    BuildSpec build;
    build.context = context.resolve(".");
    if (field.node().kind == NodeKind::string) {
        read_context(context, field, build);
    } else if (field.node().kind == NodeKind::map) {
        read_keys<BuildSpec>(context, field, build, build_keys, unsupported_keys);
        if (build.dockerfile_inline && !build.dockerfile.empty()) {
            context.diagnostics.misnamed(field, "dockerfile and dockerfile_inline exclude each other");
        }
    } else {
        wrong_kind(context, field, "a folder, or a map with \"context\"");
    }
    draft.container().build = std::move(build);
}

} // namespace fairlead::stack_file
