// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>

#include "../bench.hpp"
#include "../sockets.hpp"
#include "areas.hpp"

namespace fairlead::conformance {
namespace {

using std::chrono::milliseconds;

ContainerSpec published(Bench& bench, std::vector<PortMapping> ports,
                        const std::string& service = "main") {
    ContainerSpec spec = bench.spec(service);
    spec.network_mode = NetworkMode::networks;
    spec.ports = std::move(ports);
    return spec;
}

/// Starts a web server in it and waits until it answers.
ContainerId serve(Bench& bench, ContainerSpec spec, const std::vector<int>& ports = {8080}) {
    std::string script = "mkdir -p /www; echo served >/www/index.html\n";
    std::string check = "true";
    for (const int port : ports) {
        script += fmt::format("httpd -p {} -h /www\n", port);
        check += fmt::format(" && wget -q -O /dev/null http://127.0.0.1:{}/", port);
    }
    spec.command = {"/bin/sh", "-c", script + "exec sleep 1000"};
    spec.healthcheck = HealthCheck{.test = {"CMD-SHELL", check}};
    const ContainerId id = bench.start(spec);
    value(bench.runtime().wait_healthy(id, std::chrono::seconds{60}, bench.stop()));
    return id;
}

std::string get(const std::string& address, std::uint16_t port) {
    const auto answer = exchange(address, port, "GET / HTTP/1.0\r\n\r\n");
    const auto body = answer ? answer->find("\r\n\r\n") : std::string::npos;
    return body == std::string::npos ? "(no answer)" : answer->substr(body + 4);
}

void chosen_read_back(Bench& bench) {
    const ContainerId id = bench.start(published(bench, {{.container_port = 8080}}));
    const auto ports = bench.inspect(id).ports;
    expect_equal(ports.size(), 1U, "the number of ports");
    expect_equal(ports[0].host_ip, "127.0.0.1", "the address");
    expect_equal(ports[0].container_port, 8080, "the port of the container");
    expect(ports[0].host_port != 0, "the engine has chosen a port of the host");
}

void fixed_read_back(Bench& bench) {
    const std::uint16_t port = free_port();
    const ContainerId id = bench.start(
        published(bench, {{.host_port = port, .container_port = 53, .protocol = Protocol::udp}}));
    const auto ports = bench.inspect(id).ports;
    const PublishedPort expected{
        .host_ip = "127.0.0.1", .host_port = port, .container_port = 53, .protocol = Protocol::udp};
    expect(ports.size() == 1 && ports[0] == expected, "the port is reported as it was asked for");
}

void fixed(Bench& bench) {
    const std::uint16_t port = free_port();
    serve(bench, published(bench, {{.host_port = port, .container_port = 8080}}));
    expect_equal(get("127.0.0.1", port), "served\n", "the answer at the published port");
}

void chosen(Bench& bench) {
    const ContainerId id = serve(bench, published(bench, {{.container_port = 8080}}));
    expect_equal(get("127.0.0.1", bench.inspect(id).ports.at(0).host_port), "served\n",
                 "the answer at the port that the engine chose");
}

void range(Bench& bench) {
    const ContainerId id = serve(
        bench,
        published(bench, {{.container_port = 8080}, {.container_port = 8081}, {.container_port = 8082}}),
        {8080, 8081, 8082});
    const auto ports = bench.inspect(id).ports;
    expect_equal(ports.size(), 3U, "the number of ports");
    for (const PublishedPort& port : ports) {
        expect_equal(get("127.0.0.1", port.host_port), "served\n",
                     fmt::format("the answer for port {}", port.container_port));
    }
}

void udp(Bench& bench) {
    // Of busybox's programs this one listens for datagrams, and it says what it thinks of odd ones.
    const std::string server =
        "printf 'interface eth0\\nstart 192.0.2.20\\nend 192.0.2.30\\n"
        "lease_file /tmp/leases\\npidfile /tmp/pid\\n' >/tmp/conf; : >/tmp/leases\n"
        "exec udhcpd -f /tmp/conf 2>&1";
    const std::uint16_t port = free_port();
    ContainerSpec spec =
        published(bench, {{.host_port = port, .container_port = 67, .protocol = Protocol::udp}});
    spec.command = {"/bin/sh", "-c", server};
    spec.healthcheck = HealthCheck{.test = {"CMD-SHELL", "netstat -uln | grep -q :67"}};
    const ContainerId id = bench.start(spec);
    value(bench.runtime().wait_healthy(id, std::chrono::seconds{60}, bench.stop()));
    const auto stream = value(bench.runtime().logs(id, {.follow = true}, bench.stop()));
    send_datagram("127.0.0.1", port, "a datagram\n");
    std::string log;
    while (log.find("bad magic") == std::string::npos) {
        const auto chunk = value(stream->next(bench.stop()));
        expect(chunk.has_value(), "the server runs on: " + log);
        log += chunk->bytes;
    }
}

void host_address(Bench& bench) {
    const std::uint16_t port = free_port();
    serve(bench, published(bench, {{.host_ip = "127.0.0.2", .host_port = port, .container_port = 8080}}));
    expect_equal(get("127.0.0.2", port), "served\n", "the answer at the address");
    expect_equal(get("127.0.0.1", port), "(no answer)", "the answer at another address");
}

void taken_by_program(Bench& bench) {
    const auto taken = listen_on("127.0.0.1");
    expect(taken.has_value(), "the suite listens");
    const std::uint16_t port = port_of(*taken);
    const Error error =
        error_of(bench.runtime().start(published(bench, {{.host_port = port, .container_port = 8080}}),
                                       bench.stop()),
                 Errc::port_in_use);
    expect_contains(to_string(error), std::to_string(port), "the error");
    bench.expect_nothing_left();
}

void taken_by_container(Bench& bench) {
    const std::uint16_t port = free_port();
    const ContainerId first =
        bench.start(published(bench, {{.host_port = port, .container_port = 8080}}, "first"));
    error_of(bench.runtime().start(
                 published(bench, {{.host_port = port, .container_port = 81}}, "second"), bench.stop()),
             Errc::port_in_use);
    expect_equal(bench.inspect(first).state, ContainerState::running, "the state of the first");
    expect_equal(value(bench.runtime().list(bench.project(), bench.stop())).size(), 1U,
                 "the number of containers");
}

void freed(Bench& bench) {
    const std::uint16_t port = free_port();
    for (const std::string service : {"first", "second"}) {
        bench.start(published(bench, {{.host_port = port, .container_port = 8080}}, service));
        value(bench.runtime().remove(bench.project() + "." + service, bench.stop()));
    }
}

void exposed(Bench& bench) {
    ContainerSpec spec = published(bench, {});
    spec.expose = {"80", "53/udp", "3000-3002"};
    expect_equal(bench.inspect(bench.start(spec)).ports.size(), 0U, "the number of published ports");
}

constexpr Need read_back = Need::ports | Need::networks;
constexpr Need reached = read_back | Need::processes;

constexpr std::array cases = {
    Case{"ports/chosen-read-back", "a port that the engine picks is reported by inspect", read_back,
         chosen_read_back},
    Case{"ports/fixed-read-back", "a port that was asked for is reported as such", read_back,
         fixed_read_back},
    Case{"ports/fixed", "a fixed port is reachable", reached, fixed},
    Case{"ports/chosen", "a port that the engine picks is reachable", reached, chosen},
    Case{"ports/range", "several ports of a container are each reachable", reached, range},
    Case{"ports/udp", "a UDP port is reachable", reached, udp},
    Case{"ports/host-ip", "a port is published at its host address only", reached, host_address},
    Case{"ports/taken", "a port that a program uses is port_in_use and leaves nothing behind", reached,
         taken_by_program},
    Case{"ports/taken-by-container", "a port that a container uses is port_in_use", read_back,
         taken_by_container},
    Case{"ports/freed", "a port is free again once its container is removed", read_back, freed},
    Case{"ports/exposed", "exposed ports are informative and publish nothing", read_back, exposed},
};

} // namespace

std::span<const Case> port_cases() {
    return cases;
}

} // namespace fairlead::conformance
