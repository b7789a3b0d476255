// SPDX-License-Identifier: MIT
#include <array>

#include "../bench.hpp"
#include "areas.hpp"

/// What of the spec gives and takes rights, seen from inside.
namespace fairlead::conformance {
namespace {

constexpr unsigned chown_bit = 0;
constexpr unsigned net_admin_bit = 12;

/// The effective capabilities of the process.
std::uint64_t capabilities(Bench& bench, const ContainerSpec& spec) {
    const std::string line = bench.inside(spec, "grep ^CapEff: /proc/self/status | tr -cd '0-9a-f\\n'");
    // "CapEff:" itself has letters that are hexadecimal digits; the value is the last sixteen.
    expect(line.size() >= 16, "the capabilities are readable: " + line);
    return std::stoull(line.substr(line.size() - 16), nullptr, 16);
}

bool has(std::uint64_t capabilities, unsigned bit) {
    return (capabilities >> bit & 1U) != 0;
}

void cap_drop(Bench& bench) {
    ContainerSpec spec = bench.shell("", "dropped");
    spec.cap_drop = {"CHOWN"};
    expect(!has(capabilities(bench, spec), chown_bit), "CHOWN is dropped");
    expect(has(capabilities(bench, bench.shell("", "without")), chown_bit), "CHOWN is there by default");
    spec = bench.shell("", "all");
    spec.cap_drop = {"ALL"};
    expect_equal(capabilities(bench, spec), 0U, "the capabilities once all are dropped");
}

void cap_add(Bench& bench) {
    ContainerSpec spec = bench.shell("", "added");
    spec.cap_add = {"NET_ADMIN"};
    expect(has(capabilities(bench, spec), net_admin_bit), "NET_ADMIN is added");
    expect(!has(capabilities(bench, bench.shell("", "without")), net_admin_bit),
           "NET_ADMIN is not there by default");
}

void privileged(Bench& bench) {
    ContainerSpec spec = bench.shell("", "privileged");
    spec.privileged = true;
    const std::uint64_t all = capabilities(bench, spec);
    expect(has(all, net_admin_bit) && has(all, chown_bit), "it has the capabilities");
    expect_equal(bench.inside(bench.shell("", "plain"),
                              "(echo x >/proc/sys/kernel/hostname) 2>/dev/null && echo yes || echo no"),
                 "no", "whether a plain container may write to /proc/sys");
}

void no_new_privileges(Bench& bench) {
    ContainerSpec spec = bench.shell("");
    spec.security_opt = {"no-new-privileges"};
    expect_contains(bench.inside(spec, "grep NoNewPrivs /proc/self/status"), "1", "NoNewPrivs");
}

void read_only(Bench& bench) {
    ContainerSpec spec = bench.shell("");
    spec.read_only = true;
    spec.mounts = {TmpfsMount{.target = "/scratch"}};
    expect_equal(bench.inside(spec, "(echo x >/file) 2>/dev/null && echo written || echo refused; "
                                    "echo kept >/scratch/file && cat /scratch/file"),
                 "refused\nkept", "writing to the root and to a tmpfs");
}

void devices(Bench& bench) {
    ContainerSpec spec = bench.shell("");
    spec.devices = {{.host_path = "/dev/zero", .container_path = "/dev/nought", .permissions = "r"}};
    expect_equal(bench.inside(spec, "head -c 2 /dev/nought | od -An -tx1 | tr -d ' '"), "0000",
                 "what the device gives");
}

void sysctls(Bench& bench) {
    ContainerSpec spec = bench.shell("");
    spec.sysctls = {{"net.ipv4.ip_unprivileged_port_start", "77"}, {"kernel.msgmax", "12345"}};
    expect_equal(bench.inside(spec, "cat /proc/sys/net/ipv4/ip_unprivileged_port_start "
                                    "/proc/sys/kernel/msgmax"),
                 "77\n12345", "the kernel's parameters");
}

constexpr std::array cases = {
    Case{"spec/cap-drop", "cap_drop takes capabilities away", Need::processes, cap_drop},
    Case{"spec/cap-add", "cap_add gives capabilities", Need::processes, cap_add},
    Case{"spec/privileged", "privileged gives all rights, and only then",
         Need::processes | Need::all_rights, privileged},
    Case{"spec/security-opt", "security_opt is in force", Need::processes, no_new_privileges},
    Case{"spec/read-only", "read_only refuses writing to the root, not to mounts", Need::processes,
         read_only},
    Case{"spec/devices", "devices of the host are there under their path", Need::processes, devices},
    Case{"spec/sysctls", "sysctls are set", Need::processes, sysctls},
};

} // namespace

std::span<const Case> privilege_cases() {
    return cases;
}

} // namespace fairlead::conformance
