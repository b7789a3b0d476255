// SPDX-License-Identifier: MIT
#include "registry.hpp"

#include <string_view>

#include <fmt/format.h>

#include "check.hpp"
#include "sockets.hpp"

namespace fairlead::conformance {
namespace {

constexpr std::string_view repository = "fairlead-test/busybox";
constexpr std::string_view manifest_type = "application/vnd.docker.distribution.manifest.v2+json";

/// HTTP/1.0, so that the answer is neither chunked nor kept open. Returns its body.
std::string http(const std::string& registry, const std::string& request_line, const std::string& headers,
                 const std::string& body) {
    const auto colon = registry.rfind(':');
    expect(colon != std::string::npos, "--registry names HOST:PORT");
    const auto port = static_cast<std::uint16_t>(std::stoi(registry.substr(colon + 1)));
    const auto answer = exchange(registry.substr(0, colon), port,
                                 fmt::format("{} HTTP/1.0\r\nHost: {}\r\n{}Content-Length: {}\r\n\r\n{}",
                                             request_line, registry, headers, body.size(), body));
    const auto end = answer ? answer->find("\r\n\r\n") : std::string::npos;
    if (end == std::string::npos || (answer->find(" 200 ") > 9 && answer->find(" 201 ") > 9)) {
        fail_case(fmt::format("the registry at {} refused '{}': {}", registry, request_line,
                              answer.value_or("no answer")));
    }
    return answer->substr(end + 4);
}

} // namespace

std::string tag_in_registry(const std::string& registry, const std::string& tag) {
    const std::string manifests = fmt::format("/v2/{}/manifests/", repository);
    std::string manifest =
        http(registry, "GET " + manifests + "latest", fmt::format("Accept: {}\r\n", manifest_type), {});
    // Its own digest: a registry may write what it keeps of one anew in place, and another case that
    // reads it just then would be told that it is broken.
    manifest.insert(manifest.find('{') + 1, fmt::format(R"("annotations": {{"tag": "{}"}},)", tag));
    static_cast<void>(http(registry, "PUT " + manifests + tag,
                           fmt::format("Content-Type: {}\r\n", manifest_type), manifest));
    return reference_in(registry, tag);
}

std::string reference_in(const std::string& registry, const std::string& tag) {
    return fmt::format("{}/{}:{}", registry, repository, tag);
}

} // namespace fairlead::conformance
