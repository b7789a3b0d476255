// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "engine_error.hpp"

using namespace fairlead;
using namespace fairlead::podman;

namespace {

Finished failed(int code, std::string err) {
    return {.ending = {.code = code, .by_signal = false}, .out = {}, .err = std::move(err)};
}

Errc start_code(int code, std::string err) {
    return start_error({.operation = "start", .subject = "a.b"}, failed(code, std::move(err))).code;
}

Errc plain_code(int code, std::string err) {
    return engine_error({.operation = "inspect", .subject = "a.b"}, failed(code, std::move(err))).code;
}

} // namespace

TEST_CASE("the message is what podman says, without its log lines") {
    CHECK(engine_message(
              "time=\"2026-11-23T19:26:16Z\" level=error msg=\"unable to get systemd connection\"\n"
              "Trying to pull x...\nError: statfs /nonexist: no such file or directory\n") ==
          "statfs /nonexist: no such file or directory");
    CHECK(engine_message("something odd\n") == "something odd");
    CHECK(engine_message("").empty());
}

TEST_CASE("what starting a container meets is told apart, as 4.3 and 5.4 word it") {
    CHECK(start_code(
              125,
              "Error: creating container storage: the container name \"a\" is already in use by 6e29. "
              "You have "
              "to remove that container to be able to reuse that name: that name is already in use") ==
          Errc::conflict);
    CHECK(start_code(126, "Error: cannot listen on the TCP port: listen tcp4 127.0.0.1:18081: bind: "
                          "address already in use") == Errc::port_in_use);
    CHECK(start_code(125, "Error: nosuch:1: image not known") == Errc::image_unavailable);
    CHECK(start_code(125, "Error: short-name \"x:1\" did not resolve to an alias and no "
                          "unqualified-search registries are "
                          "defined in \"/etc/containers/registries.conf\"") == Errc::image_unavailable);
    CHECK(start_code(125,
                     "Error: initializing source docker://127.0.0.1:1/x:1: pinging container registry "
                     "127.0.0.1:1: Get "
                     "\"https://127.0.0.1:1/v2/\": dial tcp 127.0.0.1:1: connect: connection refused") ==
          Errc::image_unavailable);
    CHECK(start_code(127, "Error: crun: executable file `nosuch` not found in $PATH: No such file or "
                          "directory: OCI runtime "
                          "attempted to invoke a command that was not found") == Errc::start_failed);
    CHECK(start_code(126, "Error: workdir \"/nodir\" does not exist on container 64bf") ==
          Errc::start_failed);
    CHECK(start_code(125, "Error: statfs /nonexist: no such file or directory") == Errc::start_failed);
    CHECK(start_code(125, "Error: unable to find network with name or ID nonet: network not found") ==
          Errc::not_found);
    CHECK(start_code(
              125,
              "Error: container-init binary not found on the host: stat /usr/libexec/podman/catatonit") ==
          Errc::unsupported);
    CHECK(start_code(125, "Error: writing blob: no space left on device") == Errc::engine_failed);
}

TEST_CASE("absence and being in use are told apart") {
    CHECK(plain_code(125, "Error: inspecting object: no such container nope") == Errc::not_found);
    CHECK(plain_code(125, "Error: no such container nope") == Errc::not_found);
    CHECK(plain_code(1, "Error: no volume with name \"nope\" found: no such volume") == Errc::not_found);
    CHECK(plain_code(1, "Error: unable to find network with name or ID nope: network not found") ==
          Errc::not_found);
    CHECK(plain_code(2, "Error: \"demo.default\" has associated containers with it. Use -f to forcibly "
                        "delete containers "
                        "and pods: network is being used") == Errc::conflict);
    CHECK(plain_code(2, "Error: volume demo.v is being used by the following container(s): 1902") ==
          Errc::conflict);
    CHECK(plain_code(125, "Error: unable to connect to Podman socket: connection refused") ==
          Errc::unavailable);
    CHECK(plain_code(125, "") == Errc::engine_failed);
}

TEST_CASE("a podman that was killed is the engine's failure, not the container's") {
    const Error error = start_error({.operation = "start"},
                                    {.ending = {.code = 137, .by_signal = true}, .out = {}, .err = {}});
    CHECK(error.code == Errc::engine_failed);
    CHECK(error.message == "podman was killed by signal 9");
}
