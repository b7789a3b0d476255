// SPDX-License-Identifier: MIT
#include "reference.hpp"

namespace fairlead::docker {

Reference parse_reference(std::string_view text) {
    Reference reference{.name = {}, .registry = std::string(hub_registry), .version = "latest"};
    if (const auto at = text.find('@'); at != std::string_view::npos) {
        reference.version = text.substr(at + 1);
        text = text.substr(0, at);
    }
    // A colon before the last slash belongs to the registry's port.
    const auto slash = text.rfind('/');
    const auto colon = text.rfind(':');
    if (colon != std::string_view::npos && (slash == std::string_view::npos || colon > slash)) {
        if (reference.version == "latest") {
            reference.version = text.substr(colon + 1);
        }
        text = text.substr(0, colon);
    }
    reference.name = text;
    const std::string_view first = text.substr(0, text.find('/'));
    const bool names_registry = first.size() != text.size() &&
                                (first.find('.') != std::string_view::npos ||
                                 first.find(':') != std::string_view::npos || first == "localhost");
    if (names_registry && first != "docker.io" && first != "index.docker.io") {
        reference.registry = first;
    }
    return reference;
}

} // namespace fairlead::docker
