// SPDX-License-Identifier: MIT
#include <cstdio>
#include <utility>

#include <fairlead/runtime_config.hpp>

#include "broker.hpp"
#include "stop_signal.hpp"

namespace {

int fail_with(const fairlead::Error& error) {
    std::fprintf(stderr, "broker: %s\n", to_string(error).c_str());
    return 1;
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: broker CONFIG.json\n");
        return 2;
    }
    const broker::StopSignal signal;
    auto config = broker::read_broker_config(argv[1]);
    if (!config) {
        return fail_with(config.error());
    }
    auto runtime = fairlead::load_runtime(config->runtime);
    if (!runtime) {
        return fail_with(runtime.error());
    }
    broker::Broker broker(std::move(*config), std::move(*runtime), [](const std::string& line) {
        std::puts(line.c_str());
        std::fflush(stdout);
    });
    const auto done = broker.run(signal.token());
    return done ? 0 : fail_with(done.error());
}
