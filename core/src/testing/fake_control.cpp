// SPDX-License-Identifier: MIT
#include <fairlead/testing/fake_control.hpp>

namespace fairlead::testing {

// Here and not in the plugin: a host's dynamic_cast and the plugin must mean the same class.
FakeControl::~FakeControl() = default;

FakeControl* fake_control(ContainerRuntime& runtime) noexcept {
    return dynamic_cast<FakeControl*>(&runtime);
}

std::string_view to_string(FakeOperation operation) noexcept {
    switch (operation) {
    case FakeOperation::start:
        return "start";
    case FakeOperation::stop:
        return "stop";
    case FakeOperation::remove:
        return "remove";
    case FakeOperation::inspect:
        return "inspect";
    case FakeOperation::wait_healthy:
        return "wait_healthy";
    case FakeOperation::logs:
        return "logs";
    case FakeOperation::list:
        return "list";
    case FakeOperation::watch:
        return "watch";
    case FakeOperation::ensure_network:
        return "ensure_network";
    case FakeOperation::remove_network:
        return "remove_network";
    case FakeOperation::remove_volumes:
        return "remove_volumes";
    case FakeOperation::version:
        return "version";
    }
    return "unknown";
}

} // namespace fairlead::testing
