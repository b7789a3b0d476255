// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <fairlead/error.hpp>
#include <fairlead/export.hpp>

/// What a container shall be. Field meanings are those of the Compose specification; everything
/// here is resolved: no variable is left to interpolate, no path is relative, no default pending.
namespace fairlead {

/// When an image is fetched. With a `BuildSpec`, `missing` builds when the image is absent.
enum class PullPolicy { missing, always, never, build };

/// How to build the image.
struct BuildSpec {
    std::filesystem::path context;
    /// Relative to the context; empty: `Dockerfile`.
    std::string dockerfile;
    /// The Dockerfile's text, instead of a file.
    std::optional<std::string> dockerfile_inline;
    std::map<std::string, std::string> args;
    std::string target;
    std::map<std::string, std::string> labels;
    bool no_cache = false;

    bool operator==(const BuildSpec&) const = default;
};

enum class Protocol { tcp, udp };

/// A published port.
struct PortMapping {
    std::string host_ip = "127.0.0.1";
    /// 0: the engine picks a free one, which `inspect` reports after the start.
    std::uint16_t host_port = 0;
    std::uint16_t container_port = 0;
    Protocol protocol = Protocol::tcp;

    bool operator==(const PortMapping&) const = default;
};

/// A volume kept by the engine. Volumes that fairlead creates carry its labels.
struct VolumeMount {
    /// The engine's name of the volume; empty: anonymous, gone with the container.
    std::string volume;
    std::string target;
    bool read_only = false;
    /// Do not fill an empty volume with what the image has at `target`.
    bool no_copy = false;
    /// Must exist already; never created, labelled or removed.
    bool external = false;

    bool operator==(const VolumeMount&) const = default;
};

/// A file or folder of the host.
struct BindMount {
    std::filesystem::path source;
    std::string target;
    bool read_only = false;
    /// Create `source` as a folder when it is absent; otherwise its absence is an error.
    bool create_host_path = false;
    /// `rprivate`, `rshared`, …; empty: the engine's default.
    std::string propagation;
    /// The SELinux relabelling of the short form: `z`, `Z` or empty.
    std::string selinux;

    bool operator==(const BindMount&) const = default;
};

struct TmpfsMount {
    std::string target;
    /// Bytes; absent: the engine's default.
    std::optional<std::uint64_t> size;
    std::optional<std::uint32_t> mode;
    std::optional<std::uint32_t> uid;
    std::optional<std::uint32_t> gid;

    bool operator==(const TmpfsMount&) const = default;
};

using Mount = std::variant<VolumeMount, BindMount, TmpfsMount>;

/// The container's own check. An absent field takes the image's value, then the engine's default.
struct HealthCheck {
    /// `{"CMD", argv…}` or `{"CMD-SHELL", line}`; empty: the image's test.
    std::vector<std::string> test;
    /// No check at all, not even the image's.
    bool disabled = false;
    std::optional<std::chrono::nanoseconds> interval;
    std::optional<std::chrono::nanoseconds> timeout;
    std::optional<std::chrono::nanoseconds> start_period;
    std::optional<std::chrono::nanoseconds> start_interval;
    std::optional<int> retries;

    bool operator==(const HealthCheck&) const = default;
};

/// Who decides that a container is healthy while `wait_healthy` waits.
enum class HealthPace {
    /// The plugin runs the container's check itself, fast, until the first success; the engine's
    /// own verdict counts as well, whichever comes first.
    eager,
    /// The engine alone, at the interval the check names.
    engine,
};

enum class RestartMode { no, always, on_failure, unless_stopped };

/// What the engine does when the container exits by itself. It outlives the host process.
struct RestartPolicy {
    RestartMode mode = RestartMode::no;
    /// For `on_failure`; 0: without end.
    int max_retries = 0;

    bool operator==(const RestartPolicy&) const = default;
};

/// A bridge network on which services resolve each other by service name.
struct NetworkSpec {
    std::string project;
    /// The name in the stack file; `default` for the project's own network.
    std::string name = "default";
    /// The engine's name of the network; empty: `<project>.<name>`.
    std::string engine_name;
    /// Must exist already; never created, labelled or removed.
    bool external = false;

    bool operator==(const NetworkSpec&) const = default;
};

/// A container's place on a network. The service name is always one of its aliases.
struct NetworkAttachment {
    NetworkSpec network;
    std::vector<std::string> aliases;

    bool operator==(const NetworkAttachment&) const = default;
};

enum class NetworkMode {
    /// The networks listed in the spec.
    networks,
    /// Only the loopback interface.
    none,
    /// The host's own network.
    host,
    /// The engine's default bridge, without name resolution.
    bridge,
};

struct Ulimit {
    std::string name;
    std::int64_t soft = 0;
    std::int64_t hard = 0;

    bool operator==(const Ulimit&) const = default;
};

/// Limits; an absent one is not set. Sizes in bytes.
struct Resources {
    std::optional<std::uint64_t> memory;
    /// Memory plus swap; -1: unlimited swap.
    std::optional<std::int64_t> memory_swap;
    std::optional<std::uint64_t> memory_reservation;
    std::optional<double> cpus;
    std::optional<std::int64_t> pids;
    std::optional<std::uint64_t> shm_size;
    std::vector<Ulimit> ulimits;

    bool operator==(const Resources&) const = default;
};

/// A device of the host, as in `--device`.
struct DeviceMapping {
    std::string host_path;
    std::string container_path;
    /// Any of `r`, `w`, `m`.
    std::string permissions = "rwm";

    bool operator==(const DeviceMapping&) const = default;
};

/// A secret or a config: a file that the plugin places in the container before it starts. The
/// content never appears in an argument list, a label, a log or an error.
struct FileContent {
    std::string name;
    /// Absolute path in the container.
    std::string target;
    std::string content;
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::uint32_t mode = 0444;

    bool operator==(const FileContent&) const = default;
};

/// One container, complete.
struct ContainerSpec {
    /// `[a-z0-9][a-z0-9_-]*`, at most 63 characters: no dot, so that two projects never collide.
    std::string project;
    /// `[a-zA-Z0-9][a-zA-Z0-9_.-]*`, at most 63 characters.
    std::string service;
    /// The container's name; empty: `<project>.<service>`.
    std::string container_name;

    std::string image;
    std::optional<BuildSpec> build;
    PullPolicy pull_policy = PullPolicy::missing;

    /// Absent: the image's. Empty: cleared. A present entrypoint drops the image's command.
    std::optional<std::vector<std::string>> entrypoint;
    std::optional<std::vector<std::string>> command;
    std::map<std::string, std::string> environment;
    std::map<std::string, std::string> labels;
    std::map<std::string, std::string> annotations;

    std::string user;
    std::string working_dir;
    std::string hostname;
    bool init = false;
    bool read_only = false;
    bool tty = false;
    bool stdin_open = false;
    bool privileged = false;

    std::vector<PortMapping> ports;
    /// Ports the image listens on (`80`, `53/udp`, `3000-3005`); informative.
    std::vector<std::string> expose;
    std::vector<Mount> mounts;
    std::vector<FileContent> secrets;
    std::vector<FileContent> configs;

    NetworkMode network_mode = NetworkMode::networks;
    /// For `NetworkMode::networks`; empty: the project's `default` network.
    std::vector<NetworkAttachment> networks;
    /// Host name and address; `host-gateway` stands for the host.
    std::vector<std::pair<std::string, std::string>> extra_hosts;
    std::vector<std::string> dns;

    std::vector<std::string> cap_add;
    std::vector<std::string> cap_drop;
    std::vector<std::string> security_opt;
    std::vector<std::string> group_add;
    std::vector<DeviceMapping> devices;
    std::map<std::string, std::string> sysctls;
    Resources resources;

    std::optional<HealthCheck> healthcheck;
    HealthPace health_pace = HealthPace::eager;
    RestartPolicy restart;
    /// Name or number; empty: the image's, else SIGTERM.
    std::string stop_signal;
    /// How long a stop waits before it kills.
    std::chrono::milliseconds stop_grace_period{std::chrono::seconds{10}};

    bool operator==(const ContainerSpec&) const = default;
};

/// The container's name on the engine: `container_name`, or `<project>.<service>`.
[[nodiscard]] FAIRLEAD_API std::string container_name(const ContainerSpec& spec);

/// The network's name on the engine: `engine_name`, or `<project>.<name>`.
[[nodiscard]] FAIRLEAD_API std::string engine_name(const NetworkSpec& network);

/// Checks all that no engine may decide differently: names, environment keys, NUL bytes, ports,
/// absolute paths, limits. `ContainerRuntime::start` runs it before it calls the plugin.
///
/// Errors: `invalid_spec`, naming the field and the rule. Never blocks; callable from any thread.
[[nodiscard]] FAIRLEAD_API Result<void> validate(const ContainerSpec& spec);

} // namespace fairlead
