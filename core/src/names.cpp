// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <fairlead/container_status.hpp>
#include <fairlead/event_stream.hpp>
#include <fairlead/lifecycle_events.hpp>
#include <fairlead/log_stream.hpp>

/// The names of the enumerators, as they appear in output and in JSON.
namespace fairlead {

std::string_view to_string(ContainerState state) noexcept {
    switch (state) {
    case ContainerState::starting:
        return "starting";
    case ContainerState::running:
        return "running";
    case ContainerState::healthy:
        return "healthy";
    case ContainerState::unhealthy:
        return "unhealthy";
    case ContainerState::stopped:
        break;
    }
    return "stopped";
}

std::string_view to_string(Protocol protocol) noexcept {
    return protocol == Protocol::udp ? "udp" : "tcp";
}

std::string to_string(const PublishedPort& port) {
    const bool v6 = port.host_ip.find(':') != std::string::npos;
    return fmt::format("{}{}{}:{}->{}/{}", v6 ? "[" : "", port.host_ip, v6 ? "]" : "", port.host_port,
                       port.container_port, to_string(port.protocol));
}

std::string to_string(const std::vector<PublishedPort>& ports) {
    std::string text;
    for (const PublishedPort& port : ports) {
        text += (text.empty() ? "" : ", ") + to_string(port);
    }
    return text;
}

std::string_view to_string(LogSource source) noexcept {
    switch (source) {
    case LogSource::stdout_stream:
        return "stdout";
    case LogSource::stderr_stream:
        return "stderr";
    case LogSource::gap:
        break;
    }
    return "gap";
}

std::string_view to_string(ContainerEventKind kind) noexcept {
    switch (kind) {
    case ContainerEventKind::started:
        return "started";
    case ContainerEventKind::healthy:
        return "healthy";
    case ContainerEventKind::unhealthy:
        return "unhealthy";
    case ContainerEventKind::exited:
        return "exited";
    case ContainerEventKind::removed:
        return "removed";
    case ContainerEventKind::reconnected:
        break;
    }
    return "reconnected";
}

std::string_view to_string(ServiceState state) noexcept {
    switch (state) {
    case ServiceState::pending:
        return "pending";
    case ServiceState::starting:
        return "starting";
    case ServiceState::waiting:
        return "waiting";
    case ServiceState::running:
        return "running";
    case ServiceState::healthy:
        return "healthy";
    case ServiceState::unhealthy:
        return "unhealthy";
    case ServiceState::completed:
        return "completed";
    case ServiceState::failed:
        return "failed";
    case ServiceState::stopping:
        return "stopping";
    case ServiceState::stopped:
        break;
    }
    return "stopped";
}

} // namespace fairlead
