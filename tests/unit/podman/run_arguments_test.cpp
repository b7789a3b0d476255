// SPDX-License-Identifier: MIT
#include <algorithm>

#include <doctest/doctest.h>

#include "images.hpp"
#include "run_arguments.hpp"

using namespace fairlead;
using namespace fairlead::podman;
using namespace std::chrono_literals;

namespace {

using Words = std::vector<std::string>;

ContainerSpec spec() {
    return {.project = "demo", .service = "web", .image = "busybox"};
}

Words arguments(const ContainerSpec& container, RunContext context = {}) {
    if (context.image.empty()) {
        context.image = image_name(container);
    }
    auto words = run_arguments(container, context);
    REQUIRE_MESSAGE(words, to_string(words.error()));
    return *words;
}

bool has(const Words& words, std::string_view word) {
    return std::ranges::find(words, word) != words.end();
}

Error refusal(const ContainerSpec& container) {
    auto words = run_arguments(container, {.image = "busybox"});
    REQUIRE_FALSE(words);
    CHECK(words.error().code == Errc::unsupported);
    return words.error();
}

Words after_dashes(const Words& words) {
    return {std::ranges::find(words, "--") + 1, words.end()};
}

} // namespace

TEST_CASE("the image and the command follow two dashes") {
    ContainerSpec container = spec();
    container.image = "--all";
    container.command = Words{"sh", "-c", "x; y"};
    CHECK(after_dashes(arguments(container)) == Words{"--all", "sh", "-c", "x; y"});
}

TEST_CASE("no value of the environment is an argument") {
    ContainerSpec container = spec();
    container.environment = {{"A", "geheim"}, {"B", "ge\nheim"}};
    const auto plan = plan_environment(container.environment);
    REQUIRE(plan);
    const Words words = arguments(container, {.environment = *plan});
    CHECK(has(words, "--env-file=/dev/stdin"));
    CHECK(has(words, "--env=B"));
    CHECK(std::ranges::none_of(
        words, [](const std::string& word) { return word.find("heim") != std::string::npos; }));
}

TEST_CASE("a network carries the service's name and its aliases") {
    ContainerSpec container = spec();
    CHECK(has(arguments(container), "--network=demo.default:alias=web"));
    container.networks = {{.network = {.project = "demo", .name = "back"}, .aliases = {"db", "web"}}};
    CHECK(has(arguments(container), "--network=demo.back:alias=web,alias=db"));
    container.networks[0].aliases = {"a,ip=10.0.0.1"};
    CHECK(refusal(container).message.starts_with("networks.aliases"));
}

TEST_CASE("a port without a host port is podman's to choose, and IPv6 is bracketed") {
    ContainerSpec container = spec();
    container.ports = {
        {.container_port = 80},
        {.host_ip = "::1", .host_port = 53, .container_port = 53, .protocol = Protocol::udp}};
    const Words words = arguments(container);
    CHECK(has(words, "--publish=127.0.0.1::80/tcp"));
    CHECK(has(words, "--publish=[::1]:53:53/udp"));
}

TEST_CASE("any path can be mounted") {
    ContainerSpec container = spec();
    container.mounts = {BindMount{.source = "/we,ird:\"x",
                                  .target = "/c:d",
                                  .read_only = true,
                                  .propagation = "rslave",
                                  .selinux = "Z"},
                        VolumeMount{.volume = "demo.v", .target = "/v"},
                        VolumeMount{.target = "/anonymous"},
                        VolumeMount{.volume = "demo.v", .target = "/n", .no_copy = true},
                        TmpfsMount{.target = "/t", .size = 8192, .mode = 01777}};
    const Words words = arguments(container);
    CHECK(
        has(words,
            "type=bind,\"source=/we,ird:\"\"x\",target=/c:d,ro,bind-propagation=rslave,relabel=private"));
    CHECK(has(words, "type=volume,source=demo.v,target=/v"));
    CHECK(has(words, "type=volume,target=/anonymous"));
    CHECK(has(words, "demo.v:/n:rw,nocopy"));
    CHECK(has(words, "type=tmpfs,target=/t,tmpfs-size=8192,tmpfs-mode=1777,notmpcopyup"));
}

TEST_CASE("what podman cannot do is refused by its field's name") {
    ContainerSpec container = spec();
    container.mounts = {TmpfsMount{.target = "/t", .uid = 5}};
    CHECK(refusal(container).message.starts_with("tmpfs.uid"));
    container = spec();
    container.healthcheck = HealthCheck{.test = {"CMD", "true"}, .start_interval = 1s};
    CHECK(refusal(container).message.starts_with("healthcheck.start_interval"));
    container = spec();
    container.mounts = {VolumeMount{.target = "/t", .no_copy = true}};
    CHECK(refusal(container).message.starts_with("volumes.nocopy"));
}

TEST_CASE("a check keeps its words, whatever podman makes of lists") {
    const auto check = [](Words test) {
        ContainerSpec container = spec();
        container.healthcheck = HealthCheck{.test = std::move(test)};
        const Words words = arguments(container);
        const auto found = std::ranges::find_if(
            words, [](const auto& word) { return word.starts_with("--health-cmd="); });
        return found == words.end() ? std::string{}
                                    : found->substr(std::string_view("--health-cmd=").size());
    };
    CHECK(check({"CMD", "test", "-f", "/x y"}) == R"(["test","-f","/x y"])");
    CHECK(check({"CMD", "true"}) == "CMD true");
    CHECK(check({"CMD-SHELL", "echo \"a\" && true"}) == R"(["CMD-SHELL","echo \"a\" && true"])");
    ContainerSpec container = spec();
    container.healthcheck = HealthCheck{.test = {"CMD", "one word"}};
    CHECK(refusal(container).message.starts_with("healthcheck.test"));
    container.healthcheck = HealthCheck{.disabled = true};
    CHECK(has(arguments(container), "--no-healthcheck"));
}

TEST_CASE("a check that only changes the interval keeps the image's command") {
    ContainerSpec container = spec();
    container.healthcheck = HealthCheck{.interval = 100ms};
    CHECK(needs_image_facts(container));
    RunContext context;
    context.facts =
        read_image(Json::parse(R"({"Healthcheck": {"Test": ["CMD-SHELL", "x"], "Retries": 5}})"));
    const Words words = arguments(container, context);
    CHECK(has(words, R"(--health-cmd=["CMD-SHELL","x"])"));
    CHECK(has(words, "--health-interval=100000000ns"));
    CHECK(has(words, "--health-retries=5"));
}

TEST_CASE("an entrypoint may be set and cleared, a command cleared alone") {
    ContainerSpec container = spec();
    container.entrypoint = Words{"/bin/echo", "a b"};
    CHECK(has(arguments(container), R"(--entrypoint=["/bin/echo","a b"])"));
    container.entrypoint = Words{};
    CHECK(has(arguments(container), "--entrypoint="));
    container.entrypoint.reset();
    container.command = Words{};
    REQUIRE(needs_image_facts(container));
    RunContext context;
    context.facts.entrypoint = {"/entry"};
    CHECK(has(arguments(container, context), R"(--entrypoint=["/entry"])"));
}

TEST_CASE("lists that podman splits at commas are quoted") {
    CHECK(csv_word("plain") == "plain");
    CHECK(csv_word("a,b") == "\"a,b\"");
    CHECK(csv_word("say \"hi\"") == "\"say \"\"hi\"\"\"");
    ContainerSpec container = spec();
    container.annotations["k"] = "a,b";
    CHECK(has(arguments(container), "--annotation=\"k=a,b\""));
}

TEST_CASE("limits are given in bytes") {
    ContainerSpec container = spec();
    container.resources = {.memory = 64UL << 20,
                           .memory_swap = -1,
                           .cpus = 0.5,
                           .pids = 33,
                           .shm_size = 1UL << 20,
                           .ulimits = {{.name = "nofile", .soft = 100, .hard = 200}}};
    const Words words = arguments(container);
    for (const char* word : {"--memory=67108864b", "--memory-swap=-1", "--cpus=0.5", "--pids-limit=33",
                             "--shm-size=1048576b", "--ulimit=nofile=100:200"}) {
        CAPTURE(word);
        CHECK(has(words, word));
    }
}

TEST_CASE("where podman would ignore a limit it is refused") {
    ContainerSpec container = spec();
    container.resources.pids = 33;
    const auto words = run_arguments(container, {.image = "busybox", .limits_resources = false});
    REQUIRE_FALSE(words);
    CHECK(words.error().code == Errc::unsupported);
    CHECK(words.error().message.starts_with("pids_limit"));
}

TEST_CASE("no value of a build argument is an argument") {
    const Words words = build_arguments(
        {.context = "/ctx", .args = {{"TOKEN", "geheim"}}, .target = "t", .no_cache = true}, "i");
    CHECK(words == Words{"build", "--format=docker", "--tag=i", "--file=/ctx/Dockerfile", "--target=t",
                         "--no-cache", "--build-arg=TOKEN", "--", "/ctx"});
}
