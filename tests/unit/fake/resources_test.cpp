// SPDX-License-Identifier: MIT
#include <set>

#include <doctest/doctest.h>

#include "fake_fixture.hpp"

using namespace fairlead;
using namespace fairlead::tests;

TEST_CASE("ports that the engine picks are unique and known while the container runs") {
    Fake fake;
    std::set<std::uint16_t> picked;
    ContainerId last;
    for (int i = 0; i < 200; ++i) {
        ContainerSpec spec = spec_of("web-" + std::to_string(i));
        spec.ports = {{.container_port = 80}, {.container_port = 81}};
        last = fake.start(spec);
        for (const PublishedPort& port : fake.inspect(last).ports) {
            picked.insert(port.host_port);
        }
    }
    CHECK(picked.size() == 400);
    CHECK_FALSE(picked.contains(0));
    REQUIRE(fake.runtime().stop(last, 1s));
    CHECK(fake.inspect(last).ports.empty());
}

TEST_CASE("a port in use is refused, leaves nothing behind, and is free after the other one's stop") {
    Fake fake;
    ContainerSpec spec = spec_of("first");
    spec.ports = {{.host_port = 8080, .container_port = 80}};
    const ContainerId first = fake.start(spec);
    spec.service = "second";
    spec.ports.insert(spec.ports.begin(), {.host_port = 8081, .container_port = 81});
    CHECK(fake.runtime().start(spec).error().code == Errc::port_in_use);
    CHECK(fake.runtime().list("shop")->size() == 1);
    REQUIRE(fake.runtime().stop(first, 1s));
    CHECK(fake.runtime().start(spec));
}

TEST_CASE("the same port on another address or protocol is another port, but for the wildcard") {
    Fake fake;
    const auto publish = [&](std::string service, std::string ip, Protocol protocol) {
        ContainerSpec spec = spec_of(std::move(service));
        spec.ports = {
            {.host_ip = std::move(ip), .host_port = 53, .container_port = 53, .protocol = protocol}};
        return fake.runtime().start(spec).has_value();
    };
    CHECK(publish("a", "127.0.0.1", Protocol::tcp));
    CHECK(publish("b", "127.0.0.1", Protocol::udp));
    CHECK(publish("c", "127.0.0.2", Protocol::tcp));
    CHECK_FALSE(publish("d", "0.0.0.0", Protocol::tcp));
}

TEST_CASE("a network of somebody else is neither shared nor removed") {
    Fake fake(R"({"clock": "virtual", "networks": ["shop.default"]})");
    CHECK(fake.runtime().ensure_network({.project = "shop"}).error().code == Errc::conflict);
    CHECK(fake.runtime().start(spec_of("db")).error().code == Errc::conflict);
    CHECK(fake.runtime().remove_network("shop"));
    CHECK(fake.runtime().ensure_network(
        {.project = "shop", .engine_name = "shop.default", .external = true}));
}

TEST_CASE("an external network or volume must exist") {
    Fake fake(R"({"clock": "virtual", "networks": ["lan"], "volumes": ["data"]})");
    ContainerSpec spec = spec_of("db");
    spec.networks = {{.network = {.project = "shop", .engine_name = "lan", .external = true}}};
    spec.mounts = {VolumeMount{.volume = "data", .target = "/data", .external = true}};
    CHECK(fake.runtime().start(spec));
    spec.service = "web";
    spec.mounts = {VolumeMount{.volume = "nothing", .target = "/data", .external = true}};
    CHECK(fake.runtime().start(spec).error().code == Errc::not_found);
    spec.mounts.clear();
    spec.networks[0].network.engine_name = "nowhere";
    CHECK(fake.runtime().start(spec).error().code == Errc::not_found);
    CHECK(fake.runtime().list("shop")->size() == 1);
}

TEST_CASE("networks and volumes in use are not removed; afterwards they are, and again is success") {
    Fake fake;
    ContainerSpec spec = spec_of("db");
    spec.mounts = {VolumeMount{.volume = "shop_data", .target = "/data"}};
    fake.start(spec);
    CHECK(fake.runtime().remove_network("shop").error().code == Errc::conflict);
    CHECK(fake.runtime().remove_volumes("shop").error().code == Errc::conflict);
    REQUIRE(fake.runtime().remove("shop.db"));
    CHECK(fake.runtime().remove_network("shop"));
    CHECK(fake.runtime().remove_volumes("shop"));
    CHECK(fake.runtime().remove_network("shop"));
    CHECK(fake.runtime().ensure_network({.project = "other", .engine_name = "shop.default"}));
}

TEST_CASE("a volume of another project is a conflict") {
    Fake fake;
    ContainerSpec spec = spec_of("db");
    spec.mounts = {VolumeMount{.volume = "data", .target = "/data"}};
    fake.start(spec);
    spec.project = "other";
    CHECK(fake.runtime().start(spec).error().code == Errc::conflict);
}
