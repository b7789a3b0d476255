// SPDX-License-Identifier: MIT
#include "faults.hpp"

#include <algorithm>
#include <utility>

namespace fairlead::fake {
namespace {

using testing::FakeFailure;
using testing::FakeOperation;
using testing::FakeServiceScript;

constexpr std::string_view every_service = "*";

std::optional<FakeFailure> failure_at(const std::vector<FakeFailure>& failures, FakeOperation operation,
                                      std::uint64_t call) {
    const auto found = std::ranges::find_if(failures, [&](const FakeFailure& failure) {
        return failure.operation == operation &&
               (failure.nth.empty() ||
                std::ranges::any_of(failure.nth, [&](int nth) { return std::cmp_equal(nth, call); }));
    });
    return found == failures.end() ? std::nullopt : std::optional(*found);
}

} // namespace

Faults::Faults(const testing::FakeEngineScript& script) : engine_failures_(script.failures) {
    scripts_.emplace(every_service, std::make_shared<const FakeServiceScript>());
    for (const auto& [service, service_script] : script.services) {
        script_service(service, service_script);
    }
}

void Faults::script_service(std::string_view service, FakeServiceScript script) {
    auto shared = std::make_shared<const FakeServiceScript>(std::move(script));
    if (service == every_service) {
        std::erase_if(behaviours_, [&](const auto& entry) { return !scripts_.contains(entry.first); });
    } else if (const auto known = behaviours_.find(service); known != behaviours_.end()) {
        behaviours_.erase(known);
    }
    scripts_.insert_or_assign(std::string(service), std::move(shared));
}

ServiceBehaviour& Faults::behaviour_of(std::string_view service) {
    const auto known = behaviours_.find(service);
    if (known != behaviours_.end()) {
        return known->second;
    }
    const auto own = scripts_.find(service);
    const auto& script = own != scripts_.end() ? own->second : scripts_.find(every_service)->second;
    return behaviours_.emplace(std::string(service), ServiceBehaviour{.script = script}).first->second;
}

std::shared_ptr<const FakeServiceScript> Faults::script_of(std::string_view service) {
    return behaviour_of(service).script;
}

void Faults::fail_next(FakeOperation operation, int nth, FakeFailure failure) {
    pending_.push_back(
        {.operation = operation, .remaining = std::max(nth, 1), .failure = std::move(failure)});
}

std::optional<FakeFailure> Faults::take_pending(FakeOperation operation) {
    std::optional<FakeFailure> taken;
    std::erase_if(pending_, [&](Pending& pending) {
        if (pending.operation != operation || --pending.remaining > 0) {
            return false;
        }
        if (!taken) {
            taken = std::move(pending.failure);
        }
        return true;
    });
    return taken;
}

std::optional<FakeFailure> Faults::count(FakeOperation operation, std::string_view service) {
    const auto index = static_cast<std::size_t>(std::to_underlying(operation));
    const std::uint64_t call = ++calls_[index];
    std::optional<FakeFailure> failure = take_pending(operation);
    if (!service.empty()) {
        ServiceBehaviour& behaviour = behaviour_of(service);
        const int service_call = ++behaviour.calls[index];
        if (!failure) {
            failure = failure_at(behaviour.script->failures, operation,
                                 static_cast<std::uint64_t>(service_call));
        }
    }
    return failure ? failure : failure_at(engine_failures_, operation, call);
}

std::uint64_t Faults::calls(FakeOperation operation) const {
    return calls_[static_cast<std::size_t>(std::to_underlying(operation))];
}

void Faults::block(FakeOperation operation, std::string_view service) {
    blocks_.try_emplace({operation, std::string(service)}, std::make_shared<Block>());
}

std::shared_ptr<Block> Faults::block_of(FakeOperation operation, std::string_view service) const {
    const auto found = blocks_.find({operation, std::string(service)});
    return found == blocks_.end() ? nullptr : found->second;
}

std::shared_ptr<Block> Faults::release(FakeOperation operation, std::string_view service) {
    const auto found = blocks_.find({operation, std::string(service)});
    if (found == blocks_.end()) {
        return nullptr;
    }
    auto block = std::move(found->second);
    blocks_.erase(found);
    block->open = true;
    return block;
}

} // namespace fairlead::fake
