// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fairlead/testing/fake_script.hpp>

#include "scheduler.hpp"

namespace fairlead::fake {

/// The script of one service and how often each operation on it has been called.
struct ServiceBehaviour {
    std::shared_ptr<const testing::FakeServiceScript> script;
    std::array<int, testing::fake_operation_count> calls{};
};

/// Holds the calls of one operation on one service, or on all.
struct Block {
    bool open = false;
    std::size_t held = 0;
    WaitList callers;
    /// Notified when a call gets here and when the block opens.
    std::condition_variable_any changed;
};

/// Which behaviour goes with which service, and what shall go wrong at which call.
/// Guarded by the engine's lock.
class Faults {
public:
    explicit Faults(const testing::FakeEngineScript& script);

    void script_service(std::string_view service, testing::FakeServiceScript script);
    [[nodiscard]] std::shared_ptr<const testing::FakeServiceScript> script_of(std::string_view service);

    void fail_next(testing::FakeOperation operation, int nth, testing::FakeFailure failure);

    /// Counts a call; what it shall fail with, if it shall. `service` may be empty.
    [[nodiscard]] std::optional<testing::FakeFailure> count(testing::FakeOperation operation,
                                                            std::string_view service);
    [[nodiscard]] std::uint64_t calls(testing::FakeOperation operation) const;

    void block(testing::FakeOperation operation, std::string_view service);
    /// The block of exactly that pair; null if there is none.
    [[nodiscard]] std::shared_ptr<Block> block_of(testing::FakeOperation operation,
                                                  std::string_view service) const;
    /// The block that no longer is one, for waking those it held; null if there was none.
    [[nodiscard]] std::shared_ptr<Block> release(testing::FakeOperation operation,
                                                 std::string_view service);

private:
    using BlockKey = std::pair<testing::FakeOperation, std::string>;

    struct Pending {
        testing::FakeOperation operation = testing::FakeOperation::start;
        int remaining = 0;
        testing::FakeFailure failure;
    };

    [[nodiscard]] ServiceBehaviour& behaviour_of(std::string_view service);
    [[nodiscard]] std::optional<testing::FakeFailure> take_pending(testing::FakeOperation operation);

    std::map<std::string, std::shared_ptr<const testing::FakeServiceScript>, std::less<>> scripts_;
    std::map<std::string, ServiceBehaviour, std::less<>> behaviours_;
    std::vector<testing::FakeFailure> engine_failures_;
    std::array<std::uint64_t, testing::fake_operation_count> calls_{};
    std::vector<Pending> pending_;
    std::map<BlockKey, std::shared_ptr<Block>> blocks_;
};

} // namespace fairlead::fake
