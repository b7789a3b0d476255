// SPDX-License-Identifier: MIT
#include <cstdlib>
#include <string>

#include <doctest/doctest.h>

#include "reading.hpp"

using namespace fairlead;
using namespace fairlead::tests;

TEST_CASE("Every form of a port is understood, and binds to the loopback address unless told otherwise") {
    using Ports = std::vector<PortMapping>;
    struct Case {
        std::string port;
        Ports ports;
    };
    constexpr auto udp = Protocol::udp;
    const Case cases[]{
        {"80", {{"127.0.0.1", 0, 80}}},
        {"\"80\"", {{"127.0.0.1", 0, 80}}},
        {"\"80/udp\"", {{"127.0.0.1", 0, 80, udp}}},
        {"\"8080:80\"", {{"127.0.0.1", 8080, 80}}},
        {"\"8080:80/udp\"", {{"127.0.0.1", 8080, 80, udp}}},
        {"\"0.0.0.0:8080:80\"", {{"0.0.0.0", 8080, 80}}},
        {"\"127.0.0.1::80\"", {{"127.0.0.1", 0, 80}}},
        {"\"[::1]:8080:80\"", {{"::1", 8080, 80}}},
        {"\"[::]::80/tcp\"", {{"::", 0, 80}}},
        {"\"0:80\"", {{"127.0.0.1", 0, 80}}},
        {"\"80-82\"", {{"127.0.0.1", 0, 80}, {"127.0.0.1", 0, 81}, {"127.0.0.1", 0, 82}}},
        {"\"8080-8081:80-81\"", {{"127.0.0.1", 8080, 80}, {"127.0.0.1", 8081, 81}}},
        {"\"1.2.3.4:1-2:3-4/udp\"", {{"1.2.3.4", 1, 3, udp}, {"1.2.3.4", 2, 4, udp}}},
        {"\"65535:65535\"", {{"127.0.0.1", 65535, 65535}}},
        {R"({"target": 80})", {{"127.0.0.1", 0, 80}}},
        {R"({"target": "80", "published": 8080, "host_ip": "0.0.0.0", "protocol": "udp"})",
         {{"0.0.0.0", 8080, 80, udp}}},
        {R"({"target": 80, "published": "8080", "mode": "host", "name": "n", "app_protocol": "http"})",
         {{"127.0.0.1", 8080, 80}}},
        {R"({"target": "80-81", "published": "90-91"})", {{"127.0.0.1", 90, 80}, {"127.0.0.1", 91, 81}}},
    };
    for (const Case& one : cases) {
        CAPTURE(one.port);
        CHECK(read_container("\"ports\": [" + one.port + "]").ports == one.ports);
    }
}

TEST_CASE("A port that means nothing is a mistake that says why") {
    struct Case {
        std::string port;
        std::string message;
    };
    const Case cases[]{
        {"\"\"", "\"\" is no port or range of ports from 1 to 65535"},
        {"\"x\"", "\"x\" is no port or range of ports from 1 to 65535"},
        {"\"0\"", "\"0\" is no port or range of ports from 1 to 65535"},
        {"65536", "\"65536\" is no port or range of ports from 1 to 65535"},
        {"-1", "\"-1\" is no port or range of ports from 1 to 65535"},
        {"\"82-80\"", "the range \"82-80\" ends before it begins"},
        {"\"1-2:80\"", "2 host ports for 1 container ports"},
        {"\"1:80-81\"", "1 host ports for 2 container ports"},
        {"\"80/sctp\"", "the protocol \"sctp\" is not supported"},
        {"\"::1:80:80\"", "\"::1:80\" holds too many colons"},
        {"\"host:80:80\"", "\"host\" is no IP address"},
        {"\"[x]:80:80\"", "\"x\" is no IP address"},
        {"true", "expected a port, got true"},
    };
    for (const Case& one : cases) {
        CAPTURE(one.port);
        CHECK(mistakes_in("\"ports\": [" + one.port + "]") ==
              std::vector{"2:11 services.web.ports[0]: " + one.message});
    }
    CHECK(mistakes_in(R"("ports": [{"published": 80}])") ==
          std::vector<std::string>{
              "2:11 services.web.ports[0]: \"target\", the container's port, is missing"});
    CHECK(mistakes_in(R"("ports": ["80:80", "127.0.0.1:80:81"])") ==
          std::vector<std::string>{"1:15 services.web: the port 80 of 127.0.0.1 is published twice"});
    CHECK(mistakes_in(R"("ports": ["80:80"], "network_mode": "host")").size() == 1);
}

TEST_CASE("Every form of a mount is understood") {
    const Folder folder;
    const auto mounts = [&folder](const std::string& fields) {
        const auto file = folder.read(
            R"({"services": {"web": {"image": "i", )" + fields +
                R"(}}, "volumes": {"data": null, "own": {"name": "mine"}, "ext": {"external": true}}})",
            {{"HOME", "/home/me"}});
        REQUIRE_MESSAGE(file, to_string(file.error()));
        return file->stack.services.at(0).container.mounts;
    };
    const auto volume = [&mounts](const std::string& text) {
        return mounts("\"volumes\": [" + text + "]").at(0);
    };
    const auto here = folder.path();
    const auto bind = [](std::filesystem::path source, std::string target) {
        return BindMount{
            .source = std::move(source), .target = std::move(target), .create_host_path = true};
    };
    CHECK(volume("\"/a\"") == Mount(VolumeMount{.target = "/a"}));
    CHECK(volume("\"data:/a\"") == Mount(VolumeMount{.volume = "demo.data", .target = "/a"}));
    CHECK(volume("\"own:/a:ro\"") ==
          Mount(VolumeMount{.volume = "mine", .target = "/a", .read_only = true}));
    CHECK(volume("\"ext:/a:rw,nocopy\"") ==
          Mount(VolumeMount{.volume = "ext", .target = "/a", .no_copy = true, .external = true}));
    CHECK(volume("\"./x:/a\"") == Mount(bind(here / "x", "/a")));
    CHECK(volume("\".:/a\"") == Mount(bind(here, "/a")));
    CHECK(volume("\"../x/:/a\"") == Mount(bind(here.parent_path() / "x", "/a")));
    CHECK(volume("\"~/x:/a\"") == Mount(bind("/home/me/x", "/a")));
    CHECK(volume("\"/:/a\"") == Mount(bind("/", "/a")));
    CHECK(volume("\"/x:/a:ro,z,rshared\"") == Mount(BindMount{"/x", "/a", true, true, "rshared", "z"}));
    CHECK(volume(R"({"type": "volume", "target": "/a"})") == Mount(VolumeMount{.target = "/a"}));
    CHECK(
        volume(
            R"({"type": "volume", "source": "data", "target": "/a", "read_only": true, "volume": {"nocopy": true}})") ==
        Mount(VolumeMount{.volume = "demo.data", .target = "/a", .read_only = true, .no_copy = true}));
    CHECK(volume(R"({"type": "bind", "source": "a:b,c", "target": "/a"})") ==
          Mount(BindMount{here / "a:b,c", "/a"}));
    CHECK(volume(R"({"type": "bind", "source": "/x", "target": "/a", "read_only": true,
                     "bind": {"create_host_path": true, "propagation": "rslave", "selinux": "Z"}})") ==
          Mount(BindMount{"/x", "/a", true, true, "rslave", "Z"}));
    CHECK(volume(R"({"type": "tmpfs", "target": "/a", "tmpfs": {"size": "1m", "mode": "1777"}})") ==
          Mount(TmpfsMount{.target = "/a", .size = 1U << 20U, .mode = 01777}));
    CHECK(mounts(R"("tmpfs": "/a")").at(0) == Mount(TmpfsMount{.target = "/a"}));
    CHECK(mounts(R"("tmpfs": ["/a:mode=755,uid=1,gid=2,size=1k"], "volumes": ["/b"])") ==
          std::vector<Mount>{VolumeMount{.target = "/b"}, TmpfsMount{"/a", 1024, 0755, 1, 2}});
}

TEST_CASE("A mount that means nothing is a mistake that says why") {
    struct Case {
        std::string volume;
        std::string message;
    };
    const Case cases[]{
        {"\"relative\"", "\"relative\" is no absolute path in the container"},
        {"\"data:relative\"", "\"relative\" is no absolute path in the container"},
        {"\"a:/b:ro:x\"", "\"a:/b:ro:x\" holds too many colons"},
        {"\"./a,b:/c\"", "a path with ',' needs the long form"},
        {"\"./a:/c:cached\"", "the option \"cached\" is not supported here"},
        {"\"daat:/c\"", "the volume \"daat\" is not declared"},
        {"{\"type\": \"npipe\", \"target\": \"/a\"}",
         "\"type\" must be \"volume\", \"bind\" or \"tmpfs\""},
        {"{\"target\": \"/a\"}", "\"type\" must be \"volume\", \"bind\" or \"tmpfs\""},
        {"{\"type\": \"volume\"}", "\"target\", the path in the container, is missing"},
        {"{\"type\": \"bind\", \"target\": \"/a\"}", "\"source\", the path on the host, is missing"},
        {"{\"type\": \"volume\", \"target\": \"/a\", \"bind\": {}}",
         "has settings of another type than its own, \"volume\""},
        {"7", "expected \"SOURCE:TARGET\", or a map with \"type\", got 7"},
    };
    for (const Case& one : cases) {
        CAPTURE(one.volume);
        const auto found =
            mistakes_in("\"volumes\": [" + one.volume + "]", R"(, "volumes": {"data": {}})");
        REQUIRE(found.size() == 1);
        CHECK_MESSAGE(found[0].ends_with(": " + one.message), found[0]);
        CHECK(found[0].starts_with("2:"));
    }
    CHECK(mistakes_in(R"("volumes": ["/a", "/a"])") ==
          std::vector<std::string>{"1:15 services.web: two mounts have the target \"/a\""});
}
