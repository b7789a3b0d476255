// SPDX-License-Identifier: MIT
#include <utility>

#include <fmt/format.h>

#include "container_factory.hpp"
#include "fake_runtime.hpp"

/// The test's end of the engine.
namespace fairlead::fake {
namespace {

using testing::FakeOperation;

Error refused(Errc code, std::string_view operation, std::string_view name, std::string message) {
    return {.code = code,
            .operation = std::string(operation),
            .subject = std::string(name),
            .message = std::move(message)};
}

Result<std::shared_ptr<Container>> find(const Engine& engine, std::string_view operation,
                                        std::string_view name) {
    auto container = engine.containers.by_name(name);
    if (!container) {
        return fail(refused(Errc::not_found, operation, name, "there is no such container"));
    }
    return container;
}

Result<std::shared_ptr<Container>> find_running(const Engine& engine, std::string_view operation,
                                                std::string_view name) {
    auto container = find(engine, operation, name);
    if (container && (*container)->phase != Phase::running) {
        return fail(refused(Errc::conflict, operation, name, "the container does not run"));
    }
    return container;
}

Result<void> set_health(Engine& engine, std::string_view name, Health health, std::string output) {
    const Lock lock = engine.scheduler.lock();
    const auto container = find_running(engine, "set health of", name);
    if (!container) {
        return std::unexpected(container.error());
    }
    if (!(*container)->check) {
        return fail(
            refused(Errc::unsupported, "set health of", name, "the container has no healthcheck"));
    }
    engine.lifecycle.override_health(**container, health, std::move(output));
    return {};
}

/// Keeps the clock from moving; does not keep the engine alive.
class Hold {
public:
    explicit Hold(const std::shared_ptr<Engine>& engine) : engine_(engine) { engine->scheduler.hold(); }
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;
    ~Hold() {
        if (const auto engine = engine_.lock()) {
            const Lock lock = engine->scheduler.lock();
            engine->scheduler.release_hold();
        }
    }

private:
    std::weak_ptr<Engine> engine_;
};

} // namespace

void FakeRuntime::script_service(std::string_view service, testing::FakeServiceScript script) {
    const Lock lock = engine_->scheduler.lock();
    engine_->faults.script_service(service, std::move(script));
}

Result<void> FakeRuntime::set_healthy(std::string_view name) {
    return set_health(*engine_, name, Health::healthy, {});
}

Result<void> FakeRuntime::set_unhealthy(std::string_view name, std::string probe_output) {
    return set_health(*engine_, name, Health::unhealthy, std::move(probe_output));
}

Result<void> FakeRuntime::exit_container(std::string_view name, int code, bool oom) {
    const Lock lock = engine_->scheduler.lock();
    const auto container = find_running(*engine_, "end", name);
    if (!container) {
        return std::unexpected(container.error());
    }
    engine_->lifecycle.end_run(**container, code, oom);
    return {};
}

Result<void> FakeRuntime::write_log(std::string_view name, LogSource source, std::string bytes) {
    const Lock lock = engine_->scheduler.lock();
    const auto container = find(*engine_, "write log of", name);
    if (!container) {
        return std::unexpected(container.error());
    }
    engine_->lifecycle.write_log(**container, source, std::move(bytes));
    return {};
}

Result<void> FakeRuntime::remove_behind_back(std::string_view name) {
    const Lock lock = engine_->scheduler.lock();
    const auto container = find(*engine_, "remove behind the host's back", name);
    if (!container) {
        return std::unexpected(container.error());
    }
    engine_->lifecycle.remove(**container);
    return {};
}

Result<ContainerId> FakeRuntime::add_foreign_container(std::string_view name) {
    const Lock lock = engine_->scheduler.lock();
    auto container = create_foreign(*engine_, name);
    if (!container) {
        container.error().operation = "add foreign container";
        container.error().subject = name;
        return std::unexpected(std::move(container.error()));
    }
    return (*container)->id;
}

void FakeRuntime::engine_lost(testing::FakeLossMode mode) {
    const Lock lock = engine_->scheduler.lock();
    engine_->lose(mode);
}

void FakeRuntime::engine_back() {
    const Lock lock = engine_->scheduler.lock();
    engine_->come_back();
}

void FakeRuntime::fail_next(FakeOperation operation, Errc code, std::string message, int nth,
                            bool lost_reply) {
    const Lock lock = engine_->scheduler.lock();
    engine_->faults.fail_next(
        operation, nth,
        {.operation = operation, .code = code, .message = std::move(message), .lost_reply = lost_reply});
}

void FakeRuntime::block(FakeOperation operation, std::string_view service) {
    const Lock lock = engine_->scheduler.lock();
    engine_->faults.block(operation, service);
}

void FakeRuntime::release(FakeOperation operation, std::string_view service) {
    const Lock lock = engine_->scheduler.lock();
    if (const auto block = engine_->faults.release(operation, service)) {
        engine_->scheduler.wake(block->callers);
        block->changed.notify_all();
    }
}

Result<void> FakeRuntime::await_blocked(FakeOperation operation, std::string_view service,
                                        std::stop_token stop) {
    Lock lock = engine_->scheduler.lock();
    const auto block = engine_->faults.block_of(operation, service);
    if (!block) {
        return fail(refused(Errc::not_found, "await blocked", service,
                            fmt::format("nothing blocks '{}' on it", to_string(operation))));
    }
    const bool done =
        block->changed.wait(lock, std::move(stop), [&] { return block->held > 0 || block->open; });
    if (!done) {
        return fail(refused(Errc::cancelled, "await blocked", service, "cancelled"));
    }
    return {};
}

Result<void> FakeRuntime::advance(std::chrono::nanoseconds duration, std::stop_token stop) {
    Lock lock = engine_->scheduler.lock();
    if (!engine_->scheduler.is_virtual()) {
        return fail(refused(Errc::unsupported, "advance", "clock", "real time passes by itself"));
    }
    if (!engine_->scheduler.advance(lock, std::max(duration, Time::zero()), stop)) {
        return fail(refused(Errc::cancelled, "advance", "clock", "cancelled"));
    }
    return {};
}

std::shared_ptr<void> FakeRuntime::hold_clock() {
    const Lock lock = engine_->scheduler.lock();
    return std::make_shared<Hold>(engine_);
}

Timestamp FakeRuntime::now() const {
    const Lock lock = engine_->scheduler.lock();
    return engine_->scheduler.timestamp();
}

std::uint64_t FakeRuntime::calls(FakeOperation operation) const {
    const Lock lock = engine_->scheduler.lock();
    return engine_->faults.calls(operation);
}

} // namespace fairlead::fake
