// SPDX-License-Identifier: MIT
#include <array>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "draft.hpp"
#include "in_quotes.hpp"

namespace fairlead::stack_file {
namespace {

constexpr auto no_limit = std::numeric_limits<std::int64_t>::max();

template <auto Member>
void read_bound(Context& context, const Field& field, Ulimit& ulimit) {
    ulimit.*Member = read_integer(context, field, -1, no_limit).value_or(-1);
}

constexpr std::array ulimit_keys{
    Key<Ulimit>{"hard", read_bound<&Ulimit::hard>},
    Key<Ulimit>{"soft", read_bound<&Ulimit::soft>},
};

constexpr std::array device_keys{
    Key<DeviceMapping>{"permissions", into<&DeviceMapping::permissions, read_name>},
    Key<DeviceMapping>{"source", into<&DeviceMapping::host_path, read_name>},
    Key<DeviceMapping>{"target", into<&DeviceMapping::container_path, read_name>},
};

DeviceMapping parse_device(std::string_view text) {
    DeviceMapping device;
    const auto first = text.find(':');
    device.host_path = text.substr(0, first);
    if (first == std::string_view::npos) {
        return device;
    }
    const std::string_view rest = text.substr(first + 1);
    const auto second = rest.find(':');
    device.container_path = rest.substr(0, second);
    if (second != std::string_view::npos) {
        device.permissions = rest.substr(second + 1);
    }
    return device;
}

void add_device(Context& context, const Field& field, DeviceMapping device, Draft& draft) {
    if (device.container_path.empty()) {
        device.container_path = device.host_path;
    }
    if (!device.host_path.starts_with('/') || !device.container_path.starts_with('/')) {
        context.diagnostics.mistake(field, "a device is an absolute path of the host",
                                    "The forms are HOST, HOST:CONTAINER and HOST:CONTAINER:rwm.");
    } else if (device.permissions.empty() ||
               device.permissions.find_first_not_of("rwm") != std::string::npos) {
        context.diagnostics.mistake(
            field, fmt::format("{} are no permissions of a device", in_quotes(device.permissions)),
            "They are any of r, w and m.");
    } else {
        draft.container().devices.push_back(std::move(device));
    }
}

} // namespace

void read_ulimits(Context& context, const Field& field, Draft& draft) {
    if (!expect(context, field, NodeKind::map)) {
        return;
    }
    for (const Entry& entry : field.node().entries) {
        const Field at = field.at(entry);
        Ulimit ulimit{.name = entry.key};
        if (entry.key.empty()) {
            context.diagnostics.misnamed(at, "the name of a limit is empty");
        } else if (entry.value.kind == NodeKind::map) {
            read_keys<Ulimit>(context, at, ulimit, ulimit_keys);
            if (entry.value.find("soft") == nullptr || entry.value.find("hard") == nullptr) {
                context.diagnostics.mistake(at, "needs both \"soft\" and \"hard\"");
                continue;
            }
        } else {
            ulimit.soft = read_integer(context, at, -1, no_limit).value_or(-1);
            ulimit.hard = ulimit.soft;
        }
        if (ulimit.hard >= 0 && (ulimit.soft > ulimit.hard || ulimit.soft < 0)) {
            context.diagnostics.mistake(at, "\"soft\" is above \"hard\"");
        }
        draft.container().resources.ulimits.push_back(std::move(ulimit));
    }
}

void read_devices(Context& context, const Field& field, Draft& draft) {
    if (!expect(context, field, NodeKind::list)) {
        return;
    }
    for (std::size_t i = 0; i < field.node().items.size(); ++i) {
        const Field item = field.at(i);
        if (item.node().kind == NodeKind::string) {
            add_device(context, item, parse_device(item.node().text), draft);
        } else if (item.node().kind == NodeKind::map) {
            DeviceMapping device;
            read_keys<DeviceMapping>(context, item, device, device_keys);
            add_device(context, item, std::move(device), draft);
        } else {
            wrong_kind(context, item, "\"HOST:CONTAINER\", or a map with \"source\"");
        }
    }
}

void read_sysctls(Context& context, const Field& field, Draft& draft) {
    for (Pair& pair : read_pairs(context, field)) {
        if (pair.key.empty() || !pair.value) {
            context.diagnostics.misnamed(pair.field, "a kernel setting needs a name and a value");
        } else {
            draft.container().sysctls[pair.key] = std::move(*pair.value);
        }
    }
}

} // namespace fairlead::stack_file
