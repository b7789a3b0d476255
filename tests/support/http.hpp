// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace fairlead::test {

struct UnixSocket {
    std::string path;
};

struct Loopback {
    std::uint16_t port = 0;
};

using Address = std::variant<UnixSocket, Loopback>;

struct HttpAnswer {
    int status = 0;
    std::string body;
};

/// A connected socket; throws when there is nobody.
[[nodiscard]] int connect_to(const Address& address);

/// One request over a connection of its own, independent of what is tested. Throws when there is no
/// answer.
HttpAnswer http(const Address& address, std::string_view method, std::string_view target,
                std::string_view body = {});

} // namespace fairlead::test
