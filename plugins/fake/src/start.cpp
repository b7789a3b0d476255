// SPDX-License-Identifier: MIT
#include "start.hpp"

#include <memory>
#include <utility>

#include "container_factory.hpp"

namespace fairlead::fake {
namespace {

void report(Call& call, const StartObserver& observer, StartProgress::Phase phase, std::string text) {
    call.unlocked([&] {
        observer({.phase = phase, .text = text, .done = 0, .total = 1});
        observer({.phase = phase, .text = std::move(text), .done = 1, .total = 1});
    });
}

Result<void> prepare_image(Engine& engine, Call& call, const ContainerSpec& spec,
                           const StartObserver& observer) {
    const auto action = engine.images.plan(spec);
    if (!action) {
        return fail(call.about(action.error()));
    }
    switch (*action) {
    case ImageStore::Action::use:
        return {};
    case ImageStore::Action::pull:
        report(call, observer, StartProgress::Phase::pulling, spec.image);
        break;
    case ImageStore::Action::build:
        report(call, observer, StartProgress::Phase::building, spec.build->context.string());
        break;
    }
    engine.images.add(spec.image);
    return {};
}

/// Waits while the container is created but does not run yet.
Result<void> wait_created(Engine& engine, Call& call, Container& container) {
    const Time delay = container.script->start_after;
    // A zero delay passes unless somebody has been at it while the lock was open.
    const WaitEnd end = call.wait(&container.waiters, engine.scheduler.from_now(delay),
                                  [&] { return container.phase == Phase::removed; });
    switch (end) {
    case WaitEnd::deadline:
        return {};
    case WaitEnd::ready:
        return fail(call.error(Errc::start_failed,
                               "the container was removed by somebody else before it ran",
                               "Start it again, unless two programs work on the same project."));
    case WaitEnd::cancelled:
        engine.lifecycle.remove(container);
        break;
    case WaitEnd::interrupted:
        // An engine that is gone cannot be asked to remove anything.
        break;
    }
    return fail(call.error(end));
}

} // namespace

Result<ContainerId> start_container(Engine& engine, Call& call, const ContainerSpec& spec,
                                    const StartObserver& observer) {
    const std::string name = container_name(spec);
    if (auto name_free = check_name_free(engine, name); !name_free) {
        return fail(call.about(std::move(name_free.error())));
    }
    if (auto image = prepare_image(engine, call, spec, observer); !image) {
        return std::unexpected(std::move(image.error()));
    }
    call.unlocked([&] { observer({.phase = StartProgress::Phase::creating, .text = name}); });
    auto created = create_container(engine, spec);
    if (!created) {
        return fail(call.about(std::move(created.error())));
    }
    const std::shared_ptr<Container> container = std::move(*created);
    call.unlocked([&] { observer({.phase = StartProgress::Phase::starting, .text = name}); });
    if (auto waited = wait_created(engine, call, *container); !waited) {
        return std::unexpected(std::move(waited.error()));
    }
    engine.lifecycle.begin_run(*container);
    return container->id;
}

} // namespace fairlead::fake
