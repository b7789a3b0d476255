// SPDX-License-Identifier: MIT
#include <chrono>
#include <functional>
#include <string>

#include <doctest/doctest.h>

#include "reading.hpp"

using namespace fairlead;
using namespace fairlead::tests;
using namespace std::chrono_literals;

using Words = std::vector<std::string>;

TEST_CASE("A service with an image alone has the defaults of the specification") {
    const auto service = read_service("");
    ContainerSpec expected;
    expected.project = "demo";
    expected.service = "web";
    expected.image = "i";
    CHECK(service == Service{.container = expected, .depends_on = {}, .profiles = {}});
}

TEST_CASE("Every form of every plain field sets what it names") {
    struct Case {
        std::string fields;
        std::function<bool(const ContainerSpec&)> holds;
    };
    const Case cases[]{
        {R"("command": "a 'b c' \"d e\" f\\ g")",
         [](auto& c) { return c.command == Words{"a", "b c", "d e", "f g"}; }},
        {R"("command": ["a", "b c"])", [](auto& c) { return c.command == Words{"a", "b c"}; }},
        {R"("command": "")", [](auto& c) { return c.command == Words{}; }},
        {R"("command": [])", [](auto& c) { return c.command == Words{}; }},
        {R"("command": null)", [](auto& c) { return !c.command; }},
        {R"("command": "a ''")", [](auto& c) { return c.command == Words{"a", ""}; }},
        {R"("command": "sh -c 'a && b'")",
         [](auto& c) { return c.command == Words{"sh", "-c", "a && b"}; }},
        {R"("entrypoint": "a b")", [](auto& c) { return c.entrypoint == Words{"a", "b"}; }},
        {R"("entrypoint": [])", [](auto& c) { return c.entrypoint == Words{}; }},
        {R"("pull_policy": "if_not_present")",
         [](auto& c) { return c.pull_policy == PullPolicy::missing; }},
        {R"("pull_policy": "always")", [](auto& c) { return c.pull_policy == PullPolicy::always; }},
        {R"("pull_policy": "never")", [](auto& c) { return c.pull_policy == PullPolicy::never; }},
        {R"("environment": {"A": "x", "B": 1, "C": true, "D": 1.50, "E": "l\nm"})",
         [](auto& c) {
             return c.environment ==
                    Variables{{"A", "x"}, {"B", "1"}, {"C", "true"}, {"D", "1.50"}, {"E", "l\nm"}};
         }},
        {R"("environment": ["A=x=y", "B=", "HOST", "GONE"])",
         [](auto& c) { return c.environment == Variables{{"A", "x=y"}, {"B", ""}, {"HOST", "h"}}; }},
        {R"("environment": {"HOST": null, "GONE": null})",
         [](auto& c) { return c.environment == Variables{{"HOST", "h"}}; }},
        {R"("labels": ["a=b", "c"])",
         [](auto& c) { return c.labels == Variables{{"a", "b"}, {"c", ""}}; }},
        {R"("labels": {"a": 1, "c": null})",
         [](auto& c) { return c.labels == Variables{{"a", "1"}, {"c", ""}}; }},
        {R"("annotations": {"a": "b"})", [](auto& c) { return c.annotations == Variables{{"a", "b"}}; }},
        {R"("user": 1000)", [](auto& c) { return c.user == "1000"; }},
        {R"("working_dir": "/w")", [](auto& c) { return c.working_dir == "/w"; }},
        {R"("hostname": "h")", [](auto& c) { return c.hostname == "h"; }},
        {R"("container_name": "mine")", [](auto& c) { return container_name(c) == "mine"; }},
        {R"("init": true, "read_only": "yes", "tty": "on", "stdin_open": true, "privileged": "1")",
         [](auto& c) { return c.init && c.read_only && c.tty && c.stdin_open && c.privileged; }},
        {R"("init": "false")", [](auto& c) { return !c.init; }},
        {R"("restart": "no")", [](auto& c) { return c.restart.mode == RestartMode::no; }},
        {R"("restart": "always")", [](auto& c) { return c.restart.mode == RestartMode::always; }},
        {R"("restart": "on-failure")",
         [](auto& c) { return c.restart == RestartPolicy{RestartMode::on_failure, 0}; }},
        {R"("restart": "on-failure:3")",
         [](auto& c) { return c.restart == RestartPolicy{RestartMode::on_failure, 3}; }},
        {R"("restart": "unless-stopped")",
         [](auto& c) { return c.restart.mode == RestartMode::unless_stopped; }},
        {R"("stop_signal": "SIGINT", "stop_grace_period": "1m30s")",
         [](auto& c) { return c.stop_signal == "SIGINT" && c.stop_grace_period == 90s; }},
        {R"("stop_grace_period": "1.5ms")", [](auto& c) { return c.stop_grace_period == 2ms; }},
        {R"("expose": [80, "53/udp", "3000-3005"])",
         [](auto& c) { return c.expose == Words{"80", "53/udp", "3000-3005"}; }},
        {R"("cap_add": ["NET_ADMIN"], "cap_drop": ["ALL"], "security_opt": ["no-new-privileges"])",
         [](auto& c) {
             return c.cap_add == Words{"NET_ADMIN"} && c.cap_drop == Words{"ALL"} &&
                    c.security_opt == Words{"no-new-privileges"};
         }},
        {R"("group_add": ["audio", 12])", [](auto& c) { return c.group_add == Words{"audio", "12"}; }},
        {R"("devices": ["/dev/a", "/dev/b:/dev/c", "/dev/d:/dev/e:r"])",
         [](auto& c) {
             return c.devices == std::vector<DeviceMapping>{{"/dev/a", "/dev/a"},
                                                            {"/dev/b", "/dev/c"},
                                                            {"/dev/d", "/dev/e", "r"}};
         }},
        {R"("devices": [{"source": "/dev/a", "target": "/dev/b", "permissions": "rw"}])",
         [](auto& c) { return c.devices == std::vector<DeviceMapping>{{"/dev/a", "/dev/b", "rw"}}; }},
        {R"("dns": "1.1.1.1")", [](auto& c) { return c.dns == Words{"1.1.1.1"}; }},
        {R"("dns": ["1.1.1.1", "::1"])", [](auto& c) { return c.dns == Words{"1.1.1.1", "::1"}; }},
        {R"("sysctls": ["a=1"])", [](auto& c) { return c.sysctls == Variables{{"a", "1"}}; }},
        {R"("sysctls": {"a": 1})", [](auto& c) { return c.sysctls == Variables{{"a", "1"}}; }},
        {R"("extra_hosts": ["a=1.2.3.4", "b:1.2.3.5", "c=::1", "d=[::1]", "e:host-gateway"])",
         [](auto& c) {
             return c.extra_hosts ==
                    std::vector<std::pair<std::string, std::string>>{{"a", "1.2.3.4"},
                                                                     {"b", "1.2.3.5"},
                                                                     {"c", "::1"},
                                                                     {"d", "::1"},
                                                                     {"e", "host-gateway"}};
         }},
        {R"("extra_hosts": {"a": "1.2.3.4", "b": ["::1", "::2"]})",
         [](auto& c) { return c.extra_hosts.size() == 3 && c.extra_hosts[2].second == "::2"; }},
        {R"("ulimits": {"nproc": 5, "nofile": {"soft": 1, "hard": -1}}, "shm_size": "64mb")",
         [](auto& c) {
             return c.resources.ulimits == std::vector<Ulimit>{{"nproc", 5, 5}, {"nofile", 1, -1}} &&
                    c.resources.shm_size == 64U << 20U;
         }},
        {R"("mem_limit": "1.5g", "memswap_limit": -1, "mem_reservation": 1024, "cpus": "0.5", "pids_limit": -1)",
         [](auto& c) {
             return c.resources.memory == 3U << 29U && c.resources.memory_swap == -1 &&
                    c.resources.memory_reservation == 1024 && c.resources.cpus == 0.5 &&
                    c.resources.pids == -1;
         }},
        {R"("deploy": {"resources": {"limits": {"cpus": 2, "memory": "1k", "pids": 9},
             "reservations": {"memory": "1b"}}, "replicas": 1, "mode": "replicated"})",
         [](auto& c) {
             return c.resources.cpus == 2 && c.resources.memory == 1024 && c.resources.pids == 9 &&
                    c.resources.memory_reservation == 1;
         }},
        {R"("mem_limit": "1k", "deploy": {"resources": {"limits": {"memory": 1024}}})",
         [](auto& c) { return c.resources.memory == 1024; }},
        {R"("deploy": {"restart_policy": {"condition": "on-failure", "max_attempts": 4}}, "scale": 1)",
         [](auto& c) { return c.restart == RestartPolicy{RestartMode::on_failure, 4}; }},
        {R"("deploy": {"restart_policy": {}})",
         [](auto& c) { return c.restart.mode == RestartMode::always; }},
        {R"("network_mode": "none")", [](auto& c) { return c.network_mode == NetworkMode::none; }},
        {R"("network_mode": "host")", [](auto& c) { return c.network_mode == NetworkMode::host; }},
        {R"("network_mode": "bridge")", [](auto& c) { return c.network_mode == NetworkMode::bridge; }},
        {R"("x-fairlead": {"health": "engine"})",
         [](auto& c) { return c.health_pace == HealthPace::engine; }},
        {R"("x-other": {"anything": [1, {}]})", [](auto& c) { return c.image == "i"; }},
    };
    for (const Case& one : cases) {
        CAPTURE(one.fields);
        CHECK(one.holds(read_container(one.fields, {{"HOST", "h"}})));
    }
}

TEST_CASE("Every form of a healthcheck is understood") {
    const auto check = [](const std::string& fields) {
        return *read_container("\"healthcheck\": " + fields).healthcheck;
    };
    CHECK(check(R"({"test": "curl -f x || exit 1"})").test == Words{"CMD-SHELL", "curl -f x || exit 1"});
    CHECK(check(R"({"test": ["CMD", "a", "b"]})").test == Words{"CMD", "a", "b"});
    CHECK(check(R"({"test": ["CMD-SHELL", "a b"]})").test == Words{"CMD-SHELL", "a b"});
    CHECK(check(R"({"test": ["NONE"]})") == HealthCheck{.disabled = true});
    CHECK(check(R"({"disable": true, "test": ["CMD", "a"]})") == HealthCheck{.disabled = true});
    CHECK(check("{}") == HealthCheck{});
    CHECK(
        check(
            R"({"interval": "1m", "timeout": "0s", "start_period": "2s", "start_interval": "10ms", "retries": 7})") ==
        HealthCheck{.interval = 1min, .start_period = 2s, .start_interval = 10ms, .retries = 7});
}

TEST_CASE("Dependencies are read from a list and from a map") {
    const auto read = [](std::string_view depends) {
        const auto file = read_text(
            std::string(R"({"services": {"a": {"image": "i"}, "b": {"image": "i"}, "web": {"image": "i",
            "depends_on": )") +
            std::string(depends) + "}}}");
        REQUIRE_MESSAGE(file, to_string(file.error()));
        return file->stack.services.at(2).depends_on;
    };
    CHECK(read(R"(["a", "b"])") == std::vector<Dependency>{{.service = "a"}, {.service = "b"}});
    CHECK(read(R"({"a": {"condition": "service_healthy", "restart": true},
                   "b": {"condition": "service_completed_successfully"}, "c": {"required": false}})") ==
          std::vector<Dependency>{
              {.service = "a", .condition = DependencyCondition::service_healthy, .restart = true},
              {.service = "b", .condition = DependencyCondition::service_completed_successfully},
              {.service = "c", .required = false}});
}

TEST_CASE("A build is a folder or a map, and its image has a name") {
    const Folder folder;
    const auto read = [&folder](std::string_view service, const std::string& fields) {
        const auto file = folder.read(
            "{\"services\": {\"" + std::string(service) + "\": {" + fields + "}}}", {{"HOST", "h"}});
        REQUIRE_MESSAGE(file, to_string(file.error()));
        return file->stack.services.at(0).container;
    };
    const auto plain = read("web", R"("build": "./ctx/")");
    CHECK(plain.build == BuildSpec{.context = folder.path() / "ctx"});
    CHECK(plain.image == "demo-web");
    CHECK(read("Web..x_", R"("build": ".")").image == "demo-web-x");
    CHECK(read("web", R"("build": ".", "image": "mine")").image == "mine");
    const auto full = read(
        "web",
        R"("pull_policy": "build", "build": {"context": "/abs", "dockerfile": "D", "args": ["A=1", "HOST", "GONE"],
        "target": "t", "labels": {"l": "v"}, "no_cache": true})");
    CHECK(full.pull_policy == PullPolicy::build);
    CHECK(full.build == BuildSpec{.context = "/abs",
                                  .dockerfile = "D",
                                  .args = {{"A", "1"}, {"HOST", "h"}},
                                  .target = "t",
                                  .labels = {{"l", "v"}},
                                  .no_cache = true});
    CHECK(read("web", R"("build": {"dockerfile_inline": "FROM scratch"})").build->dockerfile_inline ==
          "FROM scratch");
}

TEST_CASE("environment beats env_file, the last file wins, and a bare name is the host's or nothing") {
    const Folder folder;
    folder.write("a.env", "A=a\nB=a\nC=a\nD=a\nR=\"q\"\n");
    folder.write("b.env", "B=b\nQ=\"$A\" # x\n# c\n\nHOST\nGONE\n");
    const auto file = folder.read(R"({"services": {"web": {"image": "i", "environment": ["C=c", "D"],
        "env_file": ["a.env", {"path": "b.env", "format": "raw"}, {"path": "absent.env", "required": false}]}}})",
                                  {{"HOST", "h"}});
    REQUIRE_MESSAGE(file, to_string(file.error()));
    CHECK(file->stack.services[0].container.environment ==
          Variables{{"A", "a"}, {"B", "b"}, {"C", "c"}, {"HOST", "h"}, {"Q", "\"$A\" # x"}, {"R", "q"}});
}

TEST_CASE("Secrets and configs are read from files, variables and the stack file itself") {
    const Folder folder;
    folder.write("s.txt", "from file\n");
    const auto file = folder.read(R"({"services": {"web": {"image": "i",
        "secrets": ["f", {"source": "e", "target": "elsewhere", "uid": "10", "gid": 11, "mode": "0400"}],
        "configs": ["c", {"source": "c", "target": "/etc/c.conf", "mode": 292}]}},
        "secrets": {"f": {"file": "./s.txt"}, "e": {"environment": "HOST"}, "unused": {"environment": "GONE"}},
        "configs": {"c": {"content": "v=${HOST}"}}})",
                                  {{"HOST", "h"}});
    REQUIRE_MESSAGE(file, to_string(file.error()));
    const auto& container = file->stack.services[0].container;
    CHECK(container.secrets ==
          std::vector<FileContent>{{"f", "/run/secrets/f", "from file\n"},
                                   {"e", "/run/secrets/elsewhere", "h", 10, 11, 0400}});
    CHECK(container.configs ==
          std::vector<FileContent>{{"c", "/c", "v=h"}, {"c", "/etc/c.conf", "v=h", 0, 0, 0444}});
}

TEST_CASE("Networks are the project's own unless the file says otherwise") {
    const auto attach = [](std::string_view fields, std::string_view top) {
        return read_container(fields, {}, top).networks;
    };
    const auto network = [](std::string name, std::string engine, bool external = false,
                            Words aliases = {}) {
        return NetworkAttachment{{"demo", std::move(name), std::move(engine), external},
                                 std::move(aliases)};
    };
    using Networks = std::vector<NetworkAttachment>;
    CHECK(attach("", "").empty());
    CHECK(attach("", R"(, "networks": {"default": null})").empty());
    CHECK(attach("", R"(, "networks": {"default": {"name": "mine"}})") ==
          Networks{network("default", "mine")});
    CHECK(attach(R"("networks": ["default"])", "") == Networks{network("default", "demo.default")});
    CHECK(attach(R"("networks": ["a"])", R"(, "networks": {"a": {"driver": "bridge"}})") ==
          Networks{network("a", "demo.a")});
    CHECK(
        attach(
            R"("networks": {"ab": {"aliases": ["x", "y"]}, "b": null})",
            R"(, "networks": {"ab": {"external": true}, "b": {"external": "true", "name": "theirs"}})") ==
        Networks{network("ab", "ab", true, {"x", "y"}), network("b", "theirs", true)});
}

TEST_CASE("The project's name is the file's, or that of its folder, or the caller's") {
    const auto name = [](std::string_view text) {
        const auto file = read_text(text);
        REQUIRE_MESSAGE(file, to_string(file.error()));
        return file->stack.name;
    };
    CHECK(name(R"({"services": {}})") == "demo");
    CHECK(name(R"({"name": "shop_1-x", "services": {}})") == "shop_1-x");
    CHECK(first_mistake(R"({"name": "Shop", "services": {}})") ==
          "1:10 name: the project's name \"Shop\" is not allowed");
    const Folder folder;
    const auto file = folder.write("_My Stack.2/compose.json", R"({"services": {}})");
    CHECK(read_stack_file(file)->stack.name == "mystack2");
    CHECK(read_stack_file(file, {.project = "given", .environment = {}})->stack.name == "given");
    CHECK_FALSE(read_stack_file(file, {.project = "Not.Good", .environment = {}}));
}

TEST_CASE("x-fairlead of the top level chooses the runtime, with options kept as JSON") {
    const auto file =
        read_text(R"({"services": {}, "x-fairlead": {"runtime": "fake", "plugin_path": ["/opt/x", "$P"],
        "options": {"fake": {"n": 1, "f": 1.50, "s": "$P", "l": [true, null]}, "docker": {}}}})",
                  {{"P", "/p"}});
    REQUIRE_MESSAGE(file, to_string(file.error()));
    CHECK(file->stack.runtime ==
          RuntimeConfig{"fake",
                        {"/opt/x", "/p"},
                        {{"fake", R"({"n":1,"f":1.5,"s":"/p","l":[true,null]})"}, {"docker", "{}"}}});
}
