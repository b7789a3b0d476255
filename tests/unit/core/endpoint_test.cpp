// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <fairlead/endpoint.hpp>

using namespace fairlead;

TEST_CASE("the endpoint of a port is where it is published, with its protocol") {
    const std::vector<PublishedPort> ports = {{"127.0.0.1", 5353, 53, Protocol::udp},
                                              {"127.0.0.2", 32768, 53, Protocol::tcp}};
    CHECK(find_endpoint(ports, 53) == Endpoint{"127.0.0.2", 32768});
    CHECK(find_endpoint(ports, 53, Protocol::udp) == Endpoint{"127.0.0.1", 5353});
    CHECK_FALSE(find_endpoint(ports, 80));
}

TEST_CASE("a port published on every address is reached on the loopback address") {
    CHECK(find_endpoint({{"0.0.0.0", 8080, 80}}, 80) == Endpoint{"127.0.0.1", 8080});
    CHECK(find_endpoint({{"", 8080, 80}}, 80) == Endpoint{"127.0.0.1", 8080});
    CHECK(find_endpoint({{"::", 8080, 80}}, 80) == Endpoint{"::1", 8080});
    CHECK(to_string(Endpoint{"::1", 8080}) == "[::1]:8080");
    CHECK(to_string(Endpoint{"127.0.0.1", 8080}) == "127.0.0.1:8080");
}
