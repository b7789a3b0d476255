// SPDX-License-Identifier: MIT
#include "describe.hpp"

#include <fmt/format.h>

namespace fairlead::host {

std::string describe(const std::vector<PublishedPort>& ports) {
    std::string text;
    for (const PublishedPort& port : ports) {
        const bool v6 = port.host_ip.find(':') != std::string::npos;
        text += fmt::format("{}{}{}{}:{}->{}/{}", text.empty() ? "" : ", ", v6 ? "[" : "", port.host_ip,
                            v6 ? "]" : "", port.host_port, port.container_port, to_string(port.protocol));
    }
    return text;
}

} // namespace fairlead::host
