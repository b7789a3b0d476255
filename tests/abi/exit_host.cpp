// SPDX-License-Identifier: MIT
//
// A host that ends while its runtime is alive.
//
// usage: exit-host RUNTIME WAY
//   static  the runtime is destroyed with the static objects
//   never   nobody destroys it
//   busy    a thread is inside it when the process ends
#include <chrono>
#include <cstdio>
#include <latch>
#include <memory>
#include <string>
#include <thread>

#include <fairlead/plugin_registry.hpp>
#include <fairlead/runtime.hpp>

#include "private_engine.hpp"

using namespace fairlead;

namespace {

using Runtime = std::shared_ptr<ContainerRuntime>;

Runtime kept;
/// Still found from here, hence no leak to a leak detector.
Runtime* forgotten = nullptr;

int failed(const Error& error) {
    std::fprintf(stderr, "%s\n", to_string(error).c_str());
    return 1;
}

/// Waits, in a thread that nobody joins, for an event that never comes.
void watch_for_ever(const Runtime& runtime, EventStream& events) {
    std::latch begun(1);
    std::thread([runtime, &events, &begun] {
        begun.count_down();
        (void)events.next();
    }).detach();
    begun.wait();
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "usage: exit-host RUNTIME static|never|busy\n");
        return 2;
    }
    const std::string runtime = argv[1];
    const std::string way = argv[2];
    if (!test::is_ours(runtime)) {
        std::printf("skipped: no %s was started for tests; see scripts/engines\n", runtime.c_str());
        return 77;
    }
    auto loaded = PluginRegistry::standard().load(runtime, test::engine_options(runtime));
    if (!loaded) {
        return failed(loaded.error());
    }
    auto events = (*loaded)->watch("nobody");
    if (!events) {
        return failed(events.error());
    }
    if (way == "busy") {
        // The stream stays where it is until the very end: it is in use.
        static EventStream* in_use = std::make_unique<EventStream>(std::move(*events)).release();
        watch_for_ever(*loaded, *in_use);
        kept = *loaded;
    } else if (way == "never") {
        forgotten = std::make_unique<Runtime>(*loaded).release();
    } else {
        kept = *loaded;
    }
    return 0;
}
