// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <thread>

#include <fairlead/labels.hpp>

#include "../bench.hpp"
#include "areas.hpp"

namespace fairlead::conformance {
namespace {

using std::chrono::milliseconds;

void runs(Bench& bench) {
    const ContainerStatus status = bench.inspect(bench.start(bench.spec("web")));
    expect_equal(status.state, ContainerState::running, "the state");
    expect_equal(status.name, bench.project() + ".web", "the name");
    expect_equal(status.project, bench.project(), "the project");
    expect_equal(status.service, "web", "the service");
    expect(status.started_at.has_value(), "it has a start time");
    expect(!status.finished_at && !status.exit_code, "it has no end");
}

void name_taken(Bench& bench) {
    const ContainerSpec spec = bench.spec();
    const ContainerId id = bench.start(spec);
    error_of(bench.runtime().start(spec, bench.stop()), Errc::conflict);
    expect_equal(bench.inspect(id).state, ContainerState::running, "the state of the first");
}

void name_taken_stopped(Bench& bench) {
    const ContainerSpec spec = bench.spec();
    const ContainerId id = bench.start(spec);
    value(bench.runtime().stop(id, milliseconds{0}, bench.stop()));
    error_of(bench.runtime().start(spec, bench.stop()), Errc::conflict);
    expect_equal(bench.inspect(id).state, ContainerState::stopped, "the state of the first");
}

void name_taken_foreign(Bench& bench) {
    const ContainerSpec spec = bench.spec();
    const ContainerId id = bench.foreign_container(container_name(spec));
    error_of(bench.runtime().start(spec, bench.stop()), Errc::conflict);
    expect_equal(bench.inspect(id).state, ContainerState::running, "the state of the foreign one");
}

void own_name(Bench& bench) {
    ContainerSpec spec = bench.spec();
    spec.container_name = bench.project() + "-called-otherwise";
    const ContainerId id = bench.start(spec);
    expect_equal(bench.inspect(id).name, spec.container_name, "the name");
    value(bench.runtime().remove(spec.container_name, bench.stop()));
    bench.expect_nothing_left();
}

void bad_command(Bench& bench) {
    ContainerSpec spec = bench.spec();
    spec.command = {"/no/such/program", "argument"};
    const Error error = error_of(bench.runtime().start(spec, bench.stop()), Errc::start_failed);
    expect_contains(to_string(error), "/no/such/program", "the error");
    bench.expect_nothing_left();
    // The name is free again at once.
    bench.start(bench.spec());
}

void absent_image(Bench& bench) {
    ContainerSpec spec = bench.spec();
    spec.image = "fairlead-conformance/absent:" + bench.project();
    spec.pull_policy = PullPolicy::never;
    const Error error = error_of(bench.runtime().start(spec, bench.stop()), Errc::image_unavailable);
    expect_contains(to_string(error), spec.image, "the error");
    bench.expect_nothing_left();
}

void external_network(Bench& bench) {
    ContainerSpec spec = bench.spec();
    spec.network_mode = NetworkMode::networks;
    spec.networks = {{.network = {.project = bench.project(),
                                  .name = "outside",
                                  .engine_name = bench.project() + ".absent",
                                  .external = true}}};
    error_of(bench.runtime().start(spec, bench.stop()), Errc::not_found);
    bench.expect_nothing_left();
}

void external_volume(Bench& bench) {
    ContainerSpec spec = bench.spec();
    spec.mounts = {
        VolumeMount{.volume = bench.project() + ".absent", .target = "/data", .external = true}};
    error_of(bench.runtime().start(spec, bench.stop()), Errc::not_found);
    bench.expect_nothing_left();
}

void labels(Bench& bench) {
    ContainerSpec spec = bench.spec();
    spec.labels = {{"org.example.plain", "value"}, {"org.example.odd", "a=b, \"c\" é"}};
    spec.stop_grace_period = milliseconds{1234};
    const auto found = bench.inspect(bench.start(spec)).labels;
    const auto label = [&found](std::string_view key) {
        const auto at = found.find(std::string(key));
        return at == found.end() ? std::string("(absent)") : at->second;
    };
    expect_equal(label("org.example.plain"), "value", "the plain label");
    expect_equal(label("org.example.odd"), "a=b, \"c\" é", "the odd label");
    expect_equal(label(labels::project), bench.project(), "the label of the project");
    expect_equal(label(labels::service), "main", "the label of the service");
    expect_equal(label(labels::owner), labels::this_process(), "the label of the owner");
    expect_equal(label(labels::stop_grace), "1234", "the label of the grace period");
}

void short_lived(Bench& bench) {
    const ContainerId id = bench.start(bench.spec("main", {.exit_after = milliseconds{0}}));
    bench.finish(id);
    expect_equal(bench.inspect(id).exit_code, 0, "the exit code");
}

void cancelled_before(Bench& bench) {
    std::stop_source asked;
    asked.request_stop();
    error_of(bench.runtime().start(bench.spec(), asked.get_token()), Errc::cancelled);
    // `remove` waits for a clean-up that is still going on.
    value(bench.runtime().remove(bench.project() + ".main", bench.stop()));
    bench.expect_nothing_left();
}

void cancelled_meanwhile(Bench& bench) {
    const ContainerSpec spec = bench.spec();
    // At some of these moments the container has been created and does not run yet.
    for (const int after : {1, 20, 40, 60, 80, 110, 140, 180, 230}) {
        const Timer timer(milliseconds{after});
        const auto started = bench.runtime().start(spec, timer.token());
        if (started) {
            value(bench.runtime().remove(container_name(spec), bench.stop()));
            continue;
        }
        error_of(started, Errc::cancelled);
        // A start under that name waits for the clean-up, or does it by `remove`.
        value(bench.runtime().remove(container_name(spec), bench.stop()));
        bench.expect_nothing_left();
    }
}

void observer(Bench& bench) {
    const auto here = std::this_thread::get_id();
    std::vector<StartProgress::Phase> phases;
    bool elsewhere = false;
    value(bench.runtime().start(bench.spec(), bench.stop(), [&](const StartProgress& progress) {
        phases.push_back(progress.phase);
        elsewhere = elsewhere || std::this_thread::get_id() != here;
    }));
    expect(!elsewhere, "the observer is called in the thread of the caller");
    expect(std::ranges::find(phases, StartProgress::Phase::creating) != phases.end(),
           "the observer hears that the container is being created");
}

void version(Bench& bench) {
    const EngineVersion version = value(bench.runtime().version(bench.stop()));
    expect(!version.engine.empty(), "the engine has a name");
    expect(!version.version.empty(), "the engine has a version");
}

void unreachable(Bench& bench) {
    const auto& options = bench.setting().backdoor.unreachable_options();
    const auto runtime = value(bench.setting().load(options));
    if (auto* fake = testing::fake_control(*runtime)) {
        fake->engine_lost();
    }
    const Error error = error_of(runtime->version(bench.stop()), Errc::unavailable);
    expect(!error.message.empty(), "the error has a message");
    error_of(runtime->start(bench.spec(), bench.stop()), Errc::unavailable);
    error_of(runtime->list(bench.project(), bench.stop()), Errc::unavailable);
    error_of(runtime->remove(bench.project() + ".main", bench.stop()), Errc::unavailable);
}

constexpr std::array cases = {
    Case{"start/runs", "start returns once the process runs, under the name <project>.<service>",
         Need::nothing, runs},
    Case{"start/name-taken", "a running container of that name is a conflict and is left alone",
         Need::nothing, name_taken},
    Case{"start/name-taken-stopped", "a stopped container of that name is a conflict and is left alone",
         Need::nothing, name_taken_stopped},
    Case{"start/name-taken-foreign", "a foreign container of that name is a conflict and is left alone",
         Need::foreign_container, name_taken_foreign},
    Case{"start/container-name", "container_name is the container's name", Need::nothing, own_name},
    Case{"start/bad-command", "a command that is not there is start_failed and leaves nothing behind",
         Need::processes, bad_command},
    Case{"start/absent-image", "an absent image under 'never' is image_unavailable and leaves nothing",
         Need::processes, absent_image},
    Case{"start/external-network", "an absent external network is not_found and leaves nothing",
         Need::networks, external_network},
    Case{"start/external-volume", "an absent external volume is not_found and leaves nothing",
         Need::volumes, external_volume},
    Case{"start/labels", "the container carries the spec's labels and fairlead's", Need::nothing, labels},
    Case{"start/short-lived", "a process that ends at once has been started all the same", Need::nothing,
         short_lived},
    Case{"start/cancelled-before", "a start that is cancelled before it begins leaves nothing behind",
         Need::nothing, cancelled_before},
    Case{"start/cancelled-meanwhile", "a start that is cancelled at any moment leaves nothing behind",
         Need::nothing, cancelled_meanwhile},
    Case{"start/observer", "the observer is called in the caller's thread", Need::nothing, observer},
    Case{"version/names-the-engine", "version asks the engine who it is", Need::nothing, version},
    Case{"version/unreachable", "an engine that is not there is unavailable to every operation",
         Need::unreachable_options, unreachable},
};

} // namespace

std::span<const Case> start_cases() {
    return cases;
}

} // namespace fairlead::conformance
