// SPDX-License-Identifier: MIT
#include "image_store.hpp"

#include <fmt/format.h>

namespace fairlead::fake {
namespace {

/// With the tag that engines add; a colon before the last slash is a port.
std::string with_tag(const std::string& image) {
    const auto slash = image.rfind('/');
    const auto from = slash == std::string::npos ? 0 : slash;
    return image.find_first_of(":@", from) == std::string::npos ? image + ":latest" : image;
}

std::optional<std::set<std::string>> set_of(const ImageStore::Names& names) {
    if (!names) {
        return std::nullopt;
    }
    std::set<std::string> set;
    for (const std::string& name : *names) {
        set.insert(with_tag(name));
    }
    return set;
}

Error unavailable(const std::string& image, std::string_view why, std::string hint) {
    return {.code = Errc::image_unavailable,
            .message = fmt::format("image '{}' {}", image, why),
            .hint = std::move(hint)};
}

} // namespace

ImageStore::ImageStore(const Names& local, const Names& registry)
    : local_(set_of(local)), registry_(set_of(registry)) {}

Result<ImageStore::Action> ImageStore::plan(const ContainerSpec& spec) const {
    const std::string image = with_tag(spec.image);
    const bool present = !spec.image.empty() && (!local_ || local_->contains(image));
    const bool pullable = !spec.image.empty() && (!registry_ || registry_->contains(image));
    switch (spec.pull_policy) {
    case PullPolicy::build:
        return Action::build;
    case PullPolicy::never:
        if (present) {
            return Action::use;
        }
        return fail(
            unavailable(spec.image, "is not there and the policy is 'never'",
                        "Add it to \"images\" in the options of the fake, or change pull_policy."));
    case PullPolicy::missing:
        if (present) {
            return Action::use;
        }
        if (spec.build) {
            return Action::build;
        }
        break;
    case PullPolicy::always:
        if (!pullable && spec.build) {
            return Action::build;
        }
        break;
    }
    if (pullable) {
        return Action::pull;
    }
    return fail(unavailable(spec.image, "is unknown to the registry",
                            "Add it to \"images\" or \"registry\" in the options of the fake."));
}

void ImageStore::add(const std::string& image) {
    if (local_ && !image.empty()) {
        local_->insert(with_tag(image));
    }
}

} // namespace fairlead::fake
