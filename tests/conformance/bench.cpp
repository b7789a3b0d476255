// SPDX-License-Identifier: MIT
#include "bench.hpp"

#include <cstdlib>
#include <fstream>
#include <ranges>
#include <system_error>

#include <fairlead/take_down.hpp>

#include "refusal.hpp"

namespace fairlead::conformance {
namespace {

/// Ten times what the slowest case takes; a case that needs longer hangs.
constexpr std::chrono::milliseconds longest_case = std::chrono::seconds{90};
constexpr std::chrono::milliseconds longest_clean_up = std::chrono::seconds{60};

} // namespace

Bench::Bench(const Setting& setting, std::string project, std::stop_token interrupted)
    : setting_(setting), project_(std::move(project)), other_project_(project_ + "-other"),
      patience_(longest_case), on_timeout_(patience_.token(), Stopper{stop_}),
      on_interrupt_(std::move(interrupted), Stopper{stop_}),
      runtime_(value(setting.load(setting.backdoor.options_for(project_)))) {}

Bench::~Bench() {
    static_cast<void>(clean_up());
}

std::shared_ptr<ContainerRuntime> Bench::another_runtime() {
    return value(setting_.load(setting_.backdoor.options_for(project_)));
}

ContainerSpec Bench::spec(const std::string& service, const Behaviour& behaviour) {
    if (auto* fake = testing::fake_control(*runtime_)) {
        fake->script_service(service, fake_script(behaviour));
    }
    ContainerSpec result = shell(shell_script(behaviour), service);
    result.healthcheck = health_check(behaviour);
    return result;
}

ContainerSpec Bench::shell(const std::string& script, const std::string& service) {
    ContainerSpec result;
    result.project = project_;
    result.service = service;
    result.image = setting_.image;
    result.command = {"/bin/sh", "-c", script};
    result.network_mode = usual_network();
    return result;
}

NetworkMode Bench::usual_network() const {
    return setting_.capabilities.networks ? NetworkMode::none : NetworkMode::host;
}

Result<ContainerId> Bench::try_start(const ContainerSpec& spec) {
    auto started = runtime_->start(spec, stop());
    if (!started && is_refusal(started.error(), spec, usual_network())) {
        for (const ContainerStatus& left : value(runtime_->list(spec.project, stop()))) {
            expect(left.name != container_name(spec), "a refused container is not left behind");
        }
        throw Refusal(started.error().message);
    }
    return started;
}

ContainerId Bench::start(const ContainerSpec& spec, const Where& where) {
    return value(try_start(spec), where);
}

ContainerStatus Bench::inspect(const ContainerId& id, const Where& where) {
    return value(runtime_->inspect(id, stop()), where);
}

Output Bench::run(const ContainerSpec& spec, const Where& where) {
    return finish(start(spec, where), {.follow = true}, where);
}

Output Bench::finish(const ContainerId& id, const LogOptions& options, const Where& where) {
    Output output;
    const auto stream = value(runtime_->logs(id, options, stop()), where);
    while (auto chunk = value(stream->next(stop()), where)) {
        switch (chunk->source) {
        case LogSource::stdout_stream:
            output.out += chunk->bytes;
            break;
        case LogSource::stderr_stream:
            output.err += chunk->bytes;
            break;
        case LogSource::gap:
            fail_case("the log has a gap: " + chunk->bytes, where);
        }
        output.chunks.push_back(std::move(*chunk));
    }
    if (options.follow) {
        const ContainerStatus status = inspect(id, where);
        expect_equal(status.state, ContainerState::stopped, "the state when a followed log has ended",
                     where);
        output.exit_code = status.exit_code.value_or(-1);
    }
    return output;
}

std::string Bench::inside(ContainerSpec spec, const std::string& script, const Where& where) {
    spec.command = {"/bin/sh", "-c", script};
    Output output = run(spec, where);
    if (output.exit_code != 0) {
        fail_case(fmt::format("the script in the container ended with {}: {}{}", output.exit_code,
                              in_quotes(output.out), in_quotes(output.err)),
                  where);
    }
    if (output.out.ends_with('\n')) {
        output.out.pop_back();
    }
    return output.out;
}

ContainerEvent Bench::await(EventStream& events, ContainerEventKind kind, const Where& where) {
    for (;;) {
        ContainerEvent event = value(events.next(stop()), where);
        if (event.kind == kind) {
            return event;
        }
    }
}

bool Bench::comes_within(EventStream& events, ContainerEventKind kind, std::chrono::milliseconds time) {
    const Timer timer(time);
    for (;;) {
        const auto event = events.next(timer.token());
        if (!event) {
            static_cast<void>(error_of(event, Errc::cancelled));
            return false;
        }
        if (event->kind == kind) {
            return true;
        }
    }
}

void Bench::expect_nothing_left(const Where& where) {
    for (const ContainerStatus& left : value(runtime_->list(project_, stop()), where)) {
        fail_case(fmt::format("the container {} was left behind", left.name), where);
    }
}

ContainerId Bench::foreign_container(const std::string& name) {
    if (auto* fake = testing::fake_control(*runtime_)) {
        at_end_.emplace_back([fake, name] { static_cast<void>(fake->remove_behind_back(name)); });
        return value(fake->add_foreign_container(name));
    }
    at_end_.emplace_back([this, name] { setting_.backdoor.remove_container(name); });
    return setting_.backdoor.run_container(name, setting_.image);
}

std::string Bench::foreign_network() {
    const std::string name = Backdoor::foreign_name(project_);
    if (!setting_.in_memory) {
        setting_.backdoor.create_network(name);
        at_end_.emplace_back([this, name] { setting_.backdoor.remove_network(name); });
    }
    return name;
}

std::string Bench::foreign_volume() {
    const std::string name = Backdoor::foreign_name(project_);
    if (!setting_.in_memory) {
        setting_.backdoor.create_volume(name);
        at_end_.emplace_back([this, name] { setting_.backdoor.remove_volume(name); });
    }
    return name;
}

std::filesystem::path Bench::folder() {
    if (folder_.empty()) {
        std::string pattern = (std::filesystem::temp_directory_path() / "fairlead-case.XXXXXX").string();
        if (mkdtemp(pattern.data()) == nullptr) {
            fail_case("the suite could not make a folder at " + pattern);
        }
        folder_ = pattern;
        // Containers look at it under other users.
        std::filesystem::permissions(folder_, std::filesystem::perms{0755});
    }
    return folder_;
}

std::filesystem::path Bench::file(const std::string& name, std::string_view content) {
    const std::filesystem::path path = folder() / name;
    std::ofstream(path, std::ios::binary) << content;
    return path;
}

std::string Bench::own_image(const std::string& tag) {
    std::string name = fmt::format("fairlead-conformance/{}:{}", project_, tag);
    remove_image_later(name);
    return name;
}

void Bench::remove_image_later(std::string name) {
    if (setting_.backdoor.available()) {
        images_.emplace_back([this, name = std::move(name)] { setting_.backdoor.remove_image(name); });
    }
}

std::string Bench::clean_up() {
    std::string trouble;
    if (std::exchange(cleaned_, true)) {
        return trouble;
    }
    const auto attempt = [&trouble](const auto& action) {
        try {
            action();
        } catch (const std::exception& failure) {
            trouble += std::string(trouble.empty() ? "" : "; ") + failure.what();
        }
    };
    const Timer patience(longest_clean_up);
    for (const std::string& project : {project_, other_project_}) {
        attempt([&] {
            value(take_down(*runtime_, project,
                            {.grace = std::chrono::milliseconds{0}, .volumes = true, .observer = {}},
                            patience.token()));
        });
    }
    for (const auto& action : at_end_ | std::views::reverse) {
        attempt(action);
    }
    for (const auto& action : images_) {
        attempt(action);
    }
    if (!folder_.empty()) {
        std::error_code error;
        std::filesystem::remove_all(folder_, error);
    }
    return trouble;
}

} // namespace fairlead::conformance
