// SPDX-License-Identifier: MIT
#include <array>

#include "../bench.hpp"
#include "areas.hpp"

namespace fairlead::conformance {
namespace {

using std::chrono::milliseconds;

NetworkSpec own_network(Bench& bench, const std::string& name = "default") {
    return {.project = bench.project(), .name = name};
}

NetworkSpec foreign(const Bench& bench, const std::string& name, bool external) {
    return {.project = bench.project(), .name = "outside", .engine_name = name, .external = external};
}

/// A container that serves its service's name over HTTP; returns once it does.
ContainerId serve(Bench& bench, ContainerSpec spec) {
    spec.command = {"/bin/sh", "-c",
                    "mkdir -p /www; echo \"I am " + spec.service +
                        "\" >/www/index.html; exec httpd -f -p 8080 -h /www"};
    spec.healthcheck =
        HealthCheck{.test = {"CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/"}};
    const ContainerId id = bench.start(spec);
    value(bench.runtime().wait_healthy(id, std::chrono::seconds{60}, bench.stop()));
    return id;
}

ContainerSpec on_network(Bench& bench, const std::string& service) {
    ContainerSpec spec = bench.shell("", service);
    spec.network_mode = NetworkMode::networks;
    return spec;
}

std::string fetch(const std::string& host) {
    return "wget -q -O - http://" + host + ":8080/";
}

/// Asks until there is an answer: an engine whose name server is a process of its own tells it of a new
/// container a moment after that has started. Bounded, so a name that never resolves fails the case.
std::string fetch_soon(const std::string& host) {
    return "i=0; until " + fetch(host) +
           "; do i=$((i + 1)); [ $i -lt 50 ] || exit 1; sleep 0.1; done 2>&1 | tail -n 1";
}

void ensured_twice(Bench& bench) {
    value(bench.runtime().ensure_network(own_network(bench), bench.stop()));
    value(bench.runtime().ensure_network(own_network(bench), bench.stop()));
    value(bench.runtime().remove_network(bench.project(), bench.stop()));
    value(bench.runtime().remove_network(bench.project(), bench.stop()));
}

void removed_all(Bench& bench) {
    value(bench.runtime().ensure_network(own_network(bench, "front"), bench.stop()));
    value(bench.runtime().ensure_network(own_network(bench, "back"), bench.stop()));
    value(bench.runtime().remove_network(bench.project(), bench.stop()));
    for (const char* name : {"front", "back"}) {
        NetworkSpec network = own_network(bench, name);
        network.external = true;
        error_of(bench.runtime().ensure_network(network, bench.stop()), Errc::not_found);
    }
}

void used(Bench& bench) {
    ContainerSpec spec = bench.spec();
    spec.network_mode = NetworkMode::networks;
    const ContainerId id = bench.start(spec);
    error_of(bench.runtime().remove_network(bench.project(), bench.stop()), Errc::conflict);
    expect_equal(bench.inspect(id).state, ContainerState::running, "the state of its user");
    value(bench.runtime().remove(container_name(spec), bench.stop()));
    value(bench.runtime().remove_network(bench.project(), bench.stop()));
}

void foreign_refused(Bench& bench) {
    const std::string name = bench.foreign_network();
    error_of(bench.runtime().ensure_network(foreign(bench, name, false), bench.stop()), Errc::conflict);
    ContainerSpec spec = bench.spec();
    spec.network_mode = NetworkMode::networks;
    spec.networks = {{.network = foreign(bench, name, false)}};
    error_of(bench.runtime().start(spec, bench.stop()), Errc::conflict);
    bench.expect_nothing_left();
}

void foreign_left_alone(Bench& bench) {
    const std::string name = bench.foreign_network();
    value(bench.runtime().ensure_network(foreign(bench, name, true), bench.stop()));
    value(bench.runtime().remove_network(bench.project(), bench.stop()));
    value(bench.runtime().ensure_network(foreign(bench, name, true), bench.stop()));
}

void external_joined(Bench& bench) {
    const std::string name = bench.foreign_network();
    ContainerSpec spec = bench.spec();
    spec.network_mode = NetworkMode::networks;
    spec.networks = {{.network = foreign(bench, name, true)}};
    const ContainerId id = bench.start(spec);
    expect_equal(bench.inspect(id).state, ContainerState::running, "the state");
    value(bench.runtime().remove(container_name(spec), bench.stop()));
}

void names(Bench& bench) {
    serve(bench, on_network(bench, "web"));
    expect_equal(bench.inside(on_network(bench, "client"), fetch_soon("web")), "I am web",
                 "the answer of 'web'");
}

void aliases(Bench& bench) {
    ContainerSpec spec = on_network(bench, "web");
    spec.networks = {{.network = own_network(bench), .aliases = {"www", "site.internal"}}};
    serve(bench, spec);
    for (const std::string name : {"web", "www", "site.internal"}) {
        expect_equal(bench.inside(on_network(bench, "client-" + name), fetch_soon(name)), "I am web",
                     "the answer of '" + name + "'");
    }
}

void several_networks(Bench& bench) {
    ContainerSpec middle = on_network(bench, "middle");
    middle.networks = {{.network = own_network(bench, "front")}, {.network = own_network(bench, "back")}};
    serve(bench, middle);
    for (const std::string side : {"front", "back"}) {
        ContainerSpec client = on_network(bench, side + "-client");
        client.networks = {{.network = own_network(bench, side)}};
        expect_equal(bench.inside(client, fetch_soon("middle")), "I am middle",
                     "the answer, from " + side);
    }
    middle.service = "probe";
    expect_equal(bench.inside(middle, "ls /sys/class/net | grep -c eth"), "2",
                 "the number of interfaces of a container on two networks");
}

void projects_apart(Bench& bench) {
    serve(bench, on_network(bench, "web"));
    ContainerSpec other = on_network(bench, "client");
    other.project = bench.other_project();
    expect_equal(bench.inside(other, fetch("web") + " 2>/dev/null || echo nobody"), "nobody",
                 "who 'web' is in another project");
}

void none(Bench& bench) {
    ContainerSpec spec = bench.shell("");
    spec.network_mode = NetworkMode::none;
    expect_equal(bench.inside(spec, "ip -o link show up | wc -l; ip route | wc -l"), "1\n0",
                 "the interfaces that are up, and the routes");
}

void host(Bench& bench) {
    ContainerSpec spec = bench.shell("");
    spec.network_mode = NetworkMode::host;
    std::error_code error;
    const auto own = std::filesystem::read_symlink("/proc/self/ns/net", error).string();
    expect_equal(bench.inside(spec, "readlink /proc/self/ns/net"), own, "the network namespace");
}

void bridge(Bench& bench) {
    ContainerSpec spec = bench.shell("");
    spec.network_mode = NetworkMode::bridge;
    const std::string routes = bench.inside(spec, "ip -o link show up | wc -l; ip route");
    expect(routes.starts_with("2\n"), "it has an interface besides the loopback: " + routes);
    expect_contains(routes, "default", "its routes");
}

void extra_hosts(Bench& bench) {
    ContainerSpec spec = on_network(bench, "main");
    spec.extra_hosts = {{"printer.example", "192.0.2.7"}, {"six.example", "2001:db8::7"}};
    const std::string hosts = bench.inside(spec, "cat /etc/hosts");
    expect_contains(hosts, "192.0.2.7\tprinter.example", "/etc/hosts");
    expect_contains(hosts, "2001:db8::7\tsix.example", "/etc/hosts");
}

void host_gateway(Bench& bench) {
    ContainerSpec spec = on_network(bench, "main");
    spec.extra_hosts = {{"outside.example", "host-gateway"}};
    const auto started = bench.runtime().start(spec, bench.stop());
    if (!started) {
        expect_contains(error_of(started, Errc::unsupported).message, "host-gateway", "the refusal");
        bench.expect_nothing_left();
        return;
    }
    value(bench.runtime().remove(container_name(spec), bench.stop()));
    const std::string line = bench.inside(spec, "grep outside.example /etc/hosts | cut -c1-1");
    expect(line.size() == 1 && line[0] >= '0' && line[0] <= '9', "the name has an address: " + line);
}

void dns(Bench& bench) {
    ContainerSpec spec = bench.shell("");
    spec.network_mode = NetworkMode::bridge;
    spec.dns = {"192.0.2.53"};
    expect_contains(bench.inside(spec, "cat /etc/resolv.conf"), "nameserver 192.0.2.53",
                    "/etc/resolv.conf");
}

constexpr Need real = Need::processes | Need::networks;

constexpr std::array cases = {
    Case{"networks/twice", "ensure_network and remove_network may be called twice", Need::networks,
         ensured_twice},
    Case{"networks/all", "remove_network removes every network of the project", Need::networks,
         removed_all},
    Case{"networks/used", "remove_network refuses a network that a container uses with conflict",
         Need::networks, used},
    Case{"networks/foreign-refused", "a network without our label is refused, never shared",
         Need::networks | Need::foreign_network, foreign_refused},
    Case{"networks/foreign-left-alone", "an external network is looked for and never removed",
         Need::networks | Need::foreign_network, foreign_left_alone},
    Case{"networks/external", "a container joins an external network",
         Need::networks | Need::foreign_network, external_joined},
    Case{"networks/names", "services resolve each other by service name", real, names},
    Case{"networks/aliases", "services resolve each other by alias", real, aliases},
    Case{"networks/several", "a container on several networks is reached by name on each", real,
         several_networks},
    Case{"networks/projects-apart", "services of other projects do not resolve", real, projects_apart},
    Case{"networks/none", "network mode none leaves the loopback only", Need::processes, none},
    Case{"networks/host", "network mode host is the host's network", Need::processes, host},
    Case{"networks/bridge", "network mode bridge is the engine's default network", Need::processes,
         bridge},
    Case{"networks/extra-hosts", "extra_hosts stand in /etc/hosts", real, extra_hosts},
    Case{"networks/host-gateway", "host-gateway stands for the host's address, or is refused", real,
         host_gateway},
    Case{"networks/dns", "dns names the servers in /etc/resolv.conf", Need::processes, dns},
};

} // namespace

std::span<const Case> network_cases() {
    return cases;
}

} // namespace fairlead::conformance
