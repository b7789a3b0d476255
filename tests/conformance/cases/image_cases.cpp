// SPDX-License-Identifier: MIT
#include <array>

#include "../bench.hpp"
#include "../registry.hpp"
#include "../sockets.hpp"
#include "areas.hpp"

/// How `start` gets its image: from the engine's store, from a registry, by a build.
namespace fairlead::conformance {
namespace {

/// A container of an image that the registry has and the engine does not.
ContainerSpec to_pull(Bench& bench) {
    ContainerSpec spec = bench.spec();
    spec.image = tag_in_registry(bench.setting().registry, bench.project());
    bench.remove_image_later(spec.image);
    return spec;
}

/// A container of an image that is built from such a Dockerfile; its last line is always the same.
ContainerSpec to_build(Bench& bench, const std::string& dockerfile, const std::string& tag = "latest") {
    ContainerSpec spec = bench.shell("");
    spec.image = bench.own_image(tag);
    spec.build = BuildSpec{.context = bench.folder(),
                           .dockerfile_inline = "FROM " + bench.setting().image + "\n" + dockerfile};
    return spec;
}

void pull_missing(Bench& bench) {
    ContainerSpec spec = to_pull(bench);
    spec.pull_policy = PullPolicy::never;
    error_of(bench.runtime().start(spec, bench.stop()), Errc::image_unavailable);
    bench.expect_nothing_left();
    spec.pull_policy = PullPolicy::missing;
    bool reported = false;
    value(bench.runtime().start(spec, bench.stop(), [&reported](const StartProgress& progress) {
        reported = reported || progress.phase == StartProgress::Phase::pulling;
    }));
    expect(reported, "the observer hears of the pull");
    value(bench.runtime().remove(container_name(spec), bench.stop()));
    spec.pull_policy = PullPolicy::never;
    bench.start(spec);
}

void pull_always(Bench& bench) {
    ContainerSpec spec = to_pull(bench);
    spec.pull_policy = PullPolicy::always;
    bench.start(spec);
    value(bench.runtime().remove(container_name(spec), bench.stop()));
    bench.start(spec);
}

/// A local image under a registry's name that the registry does not have.
void pull_policy_decides(Bench& bench) {
    ContainerSpec spec = to_build(bench, "ENV BUILT=here\n");
    spec.image = reference_in(bench.setting().registry, "absent-" + bench.project());
    bench.remove_image_later(spec.image);
    expect_equal(bench.inside(spec, "echo $BUILT"), "here", "the variable of the image that was built");
    value(bench.runtime().remove(container_name(spec), bench.stop()));
    spec.build.reset();
    spec.pull_policy = PullPolicy::missing;
    expect_equal(bench.inside(spec, "echo $BUILT"), "here", "the variable of the local image");
    value(bench.runtime().remove(container_name(spec), bench.stop()));
    spec.pull_policy = PullPolicy::always;
    error_of(bench.runtime().start(spec, bench.stop()), Errc::image_unavailable);
    bench.expect_nothing_left();
}

void absent_tag(Bench& bench) {
    ContainerSpec spec = bench.spec();
    spec.image = reference_in(bench.setting().registry, "no-such-tag");
    for (const PullPolicy policy : {PullPolicy::missing, PullPolicy::always}) {
        spec.pull_policy = policy;
        const Error error = error_of(bench.runtime().start(spec, bench.stop()), Errc::image_unavailable);
        expect_contains(to_string(error), "no-such-tag", "the error");
        bench.expect_nothing_left();
    }
}

void bad_credentials(Bench& bench) {
    const RefusingRegistry registry;
    ContainerSpec spec = bench.spec();
    spec.image = fmt::format("127.0.0.1:{}/private/image:latest", registry.port());
    error_of(bench.runtime().start(spec, bench.stop()), Errc::image_unavailable);
    bench.expect_nothing_left();
}

void no_registry(Bench& bench) {
    ContainerSpec spec = bench.spec();
    spec.image = fmt::format("127.0.0.1:{}/some/image:latest", free_port());
    error_of(bench.runtime().start(spec, bench.stop()), Errc::image_unavailable);
    bench.expect_nothing_left();
}

void build_arguments(Bench& bench) {
    ContainerSpec spec = to_build(bench, "ARG PLAIN\nARG ODD\nENV A=$PLAIN\nENV B=$ODD\n");
    spec.build->args = {{"PLAIN", "value"}, {"ODD", "two words, a=b"}};
    expect_equal(bench.inside(spec, "echo \"$A|$B\""), "value|two words, a=b", "the arguments");
}

void build_target(Bench& bench) {
    ContainerSpec spec = to_build(bench, "");
    const std::string from = "FROM " + bench.setting().image;
    spec.build->dockerfile_inline =
        fmt::format("{0} AS first\nENV STAGE=first\n{0} AS second\nENV STAGE=second\n", from);
    spec.build->target = "first";
    expect_equal(bench.inside(spec, "echo $STAGE"), "first", "the stage");
}

void build_context(Bench& bench) {
    ContainerSpec spec = to_build(bench, "");
    bench.file("kept", "kept");
    bench.file("secret.key", "not for the image");
    bench.file("exception.key", "for the image");
    bench.file(".dockerignore", "# comment\n*.key\n!exception.key\n");
    std::filesystem::create_directory(bench.folder() / "deep");
    bench.file("deep/file", "deep");
    bench.file("Other.dockerfile", "FROM " + bench.setting().image + "\nCOPY . /context/\n");
    spec.build->dockerfile_inline.reset();
    spec.build->dockerfile = "Other.dockerfile";
    expect_equal(
        bench.inside(spec, "cd /context; cat kept deep/file exception.key; test ! -e secret.key"),
        "keptdeepfor the image", "the files of the context");
}

void build_fails(Bench& bench) {
    ContainerSpec spec = to_build(bench, "RUN echo the step speaks; exit 3\n");
    const Error error = error_of(bench.runtime().start(spec, bench.stop()), Errc::build_failed);
    std::string attached;
    for (const Attachment& attachment : error.attachments) {
        attached += attachment.text;
    }
    expect_contains(attached, "the step speaks", "the attached output of the build");
    bench.expect_nothing_left();
}

void build_without_file(Bench& bench) {
    ContainerSpec spec = to_build(bench, "");
    spec.build->dockerfile_inline.reset();
    const auto started = bench.runtime().start(spec, bench.stop());
    // Whether the plugin looks before it asks the engine is its own affair.
    expect(!started &&
               (started.error().code == Errc::build_failed || started.error().code == Errc::invalid_spec),
           "it is build_failed or invalid_spec");
    expect_contains(to_string(started.error()), "Dockerfile", "the error");
    bench.expect_nothing_left();
}

void build_policy(Bench& bench) {
    ContainerSpec spec = to_build(bench, "ENV EDITION=first\n");
    expect_equal(bench.inside(spec, "echo $EDITION"), "first", "the edition");
    value(bench.runtime().remove(container_name(spec), bench.stop()));
    spec.build->dockerfile_inline = "FROM " + bench.setting().image + "\nENV EDITION=second\n";
    expect_equal(bench.inside(spec, "echo $EDITION"), "first", "the edition, under 'missing'");
    value(bench.runtime().remove(container_name(spec), bench.stop()));
    spec.pull_policy = PullPolicy::build;
    expect_equal(bench.inside(spec, "echo $EDITION"), "second", "the edition, under 'build'");
}

ContainerSpec with_defaults(Bench& bench) {
    return to_build(bench, "ENTRYPOINT [\"/bin/echo\", \"image-entrypoint\"]\nCMD [\"image-command\"]\n"
                           "WORKDIR /var/tmp\nENV FROM_IMAGE=yes\nUSER 77\n");
}

void image_defaults(Bench& bench) {
    ContainerSpec spec = with_defaults(bench);
    spec.command.reset();
    expect_equal(bench.run(spec).out, "image-entrypoint image-command\n", "with neither");
    spec.service = "command";
    spec.command = {"own-command"};
    expect_equal(bench.run(spec).out, "image-entrypoint own-command\n", "with a command");
    spec.service = "entrypoint";
    spec.entrypoint = {"/bin/echo", "own-entrypoint"};
    spec.command.reset();
    expect_equal(bench.run(spec).out, "own-entrypoint\n", "with an entrypoint, which drops the command");
    spec.service = "cleared-command";
    spec.entrypoint.reset();
    spec.command = std::vector<std::string>{};
    expect_equal(bench.run(spec).out, "image-entrypoint\n", "with a cleared command");
}

void cleared_entrypoint(Bench& bench) {
    ContainerSpec spec = with_defaults(bench);
    spec.entrypoint = std::vector<std::string>{};
    expect_equal(bench.inside(spec, "pwd; id -u; echo $FROM_IMAGE"), "/var/tmp\n77\nyes",
                 "folder, user and variable of the image");
}

void image_healthcheck(Bench& bench) {
    ContainerSpec spec = to_build(bench, "HEALTHCHECK CMD echo from the image; test -e /bin/sh\n");
    spec.command = {"sleep", "1000"};
    const ContainerId id = bench.start(spec);
    expect(bench.inspect(id).has_healthcheck, "the image's healthcheck is in force");
    value(bench.runtime().wait_healthy(id, std::chrono::seconds{60}, bench.stop()));
    expect_equal(bench.inspect(id).state, ContainerState::healthy, "the state");
    spec.service = "off";
    spec.healthcheck = HealthCheck{.disabled = true};
    expect_equal(bench.inspect(bench.start(spec)).state, ContainerState::running,
                 "the state when it is disabled");
}

constexpr Need built = Need::processes | Need::builds;
constexpr Need pulled = Need::processes | Need::registry;

constexpr std::array cases = {
    Case{"pull/missing", "'missing' pulls an absent image, 'never' does not", pulled, pull_missing},
    Case{"pull/always", "'always' pulls each time", pulled, pull_always},
    Case{"pull/policy", "'missing' leaves the registry alone when the image is there, 'always' does not",
         pulled | Need::builds, pull_policy_decides},
    Case{"pull/absent-tag", "a tag that the registry lacks is image_unavailable", pulled, absent_tag},
    Case{"pull/credentials", "a registry that refuses the credentials is image_unavailable",
         Need::processes, bad_credentials},
    Case{"pull/no-registry", "a registry that is not there is image_unavailable", Need::processes,
         no_registry},
    Case{"build/arguments", "build arguments reach the build", built, build_arguments},
    Case{"build/target", "target chooses the stage", built, build_target},
    Case{"build/context", "the context is sent, but for what .dockerignore excludes", built,
         build_context},
    Case{"build/fails", "a failing step is build_failed, with its output", built, build_fails},
    Case{"build/no-dockerfile", "a missing Dockerfile is an error that names it", built,
         build_without_file},
    Case{"build/policy", "'build' builds again, 'missing' does not", built, build_policy},
    Case{"image/defaults", "the image's entrypoint and command hold unless replaced or cleared", built,
         image_defaults},
    Case{"image/cleared-entrypoint", "a cleared entrypoint leaves the command, and all else of the image",
         built, cleared_entrypoint},
    Case{"image/healthcheck", "the image's healthcheck is in force unless disabled", built,
         image_healthcheck},
};

} // namespace

std::span<const Case> image_cases() {
    return cases;
}

} // namespace fairlead::conformance
