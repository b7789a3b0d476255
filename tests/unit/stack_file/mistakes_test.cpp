// SPDX-License-Identifier: MIT
#include <string>

#include <doctest/doctest.h>

#include "reading.hpp"

using namespace fairlead;
using namespace fairlead::tests;

TEST_CASE("Each wrong value is one mistake, at its place and with its path") {
    struct Case {
        std::string fields;
        std::string mistake;
    };
    const Case cases[]{
        {R"("imgae": "x")", "2:1 services.web.imgae: unknown key \"imgae\""},
        {R"("healthcheck": {"intervall": "1s"})",
         "2:17 services.web.healthcheck.intervall: unknown key \"intervall\""},
        {R"("platform": "linux/amd64")",
         "2:1 services.web.platform: fairlead does not support this field"},
        {R"("extends": {})", "2:1 services.web.extends: fairlead does not support this field"},
        {R"("develop": {})", "2:1 services.web.develop: fairlead does not support this field"},
        {R"("gpus": "all")", "2:1 services.web.gpus: fairlead does not support this field"},
        {R"("build": {"ssh": []})", "2:11 services.web.build.ssh: fairlead does not support this field"},
        {R"("build": "https://x/y.git")",
         "2:10 services.web.build: fairlead builds from folders only, not from a URL"},
        {R"("build": 1)", "2:10 services.web.build: expected a folder, or a map with \"context\", got 1"},
        {R"("build": {"dockerfile": "a", "dockerfile_inline": "b"})",
         "2:1 services.web.build: dockerfile and dockerfile_inline exclude each other"},
        {R"("command": 1)", "2:12 services.web.command: expected a string or a list of strings, got 1"},
        {R"("command": ["a", {}])",
         "2:18 services.web.command[1]: expected a string or a number, got a map"},
        {R"("command": "a 'b")", "2:12 services.web.command: a quote (') is not closed in \"a 'b\""},
        {R"("command": "a && b")",
         "2:12 services.web.command: '&' in \"a && b\" means nothing, because no shell runs it"},
        {R"("command": "a\\")", "2:12 services.web.command: a backslash at the end of \"a\\\""},
        {R"("environment": {"": "x"})",
         "2:17 services.web.environment[\"\"]: the variable's name \"\" is empty"},
        {R"("environment": ["=x"])",
         "2:17 services.web.environment[0]: the variable's name \"\" is empty"},
        {R"("environment": {"FOO*": "x"})",
         "2:17 services.web.environment[\"FOO*\"]: the variable's name \"FOO*\" holds '*'"},
        {R"("environment": {"A=B": "x"})",
         "2:17 services.web.environment[\"A=B\"]: the variable's name \"A=B\" holds '='"},
        {R"("environment": "A=B")",
         "2:16 services.web.environment: expected a map or a list of \"KEY=VALUE\", got \"A=B\""},
        {R"("env_file": [{}])", "2:14 services.web.env_file[0]: \"path\" is missing"},
        {R"("env_file": {"path": "x", "format": "json"})",
         "2:37 services.web.env_file.format: expected \"raw\", got \"json\""},
        {R"("labels": {"com.docker.compose.project": "x"})",
         "2:12 services.web.labels[\"com.docker.compose.project\"]: \"com.docker.compose.project\" is "
         "reserved"},
        {R"("labels": ["dev.fairlead.owner=x"])",
         "2:12 services.web.labels[0]: \"dev.fairlead.owner\" is reserved"},
        {R"("init": "maybe")", "2:9 services.web.init: expected true or false, got \"maybe\""},
        {R"("restart": false)",
         "2:12 services.web.restart: expected \"no\", \"always\", \"on-failure\", \"on-failure:N\" or "
         "\"unless-stopped\", got false"},
        {R"("restart": "on-failure:x")",
         "2:12 services.web.restart: expected \"no\", \"always\", \"on-failure\", \"on-failure:N\" or "
         "\"unless-stopped\", got \"on-failure:x\""},
        {R"("stop_grace_period": 10)", "2:22 services.web.stop_grace_period: expected a duration such as "
                                       "\"1m30s\" or \"500ms\", got 10"},
        {R"("stop_grace_period": "10")", "2:22 services.web.stop_grace_period: expected a duration such "
                                         "as \"1m30s\" or \"500ms\", got \"10\""},
        {R"("healthcheck": {"interval": "1us"})",
         "2:29 services.web.healthcheck.interval: must be 0 or at least 1ms"},
        {R"("healthcheck": {"test": ["curl"]})", "2:26 services.web.healthcheck.test[0]: expected "
                                                 "\"CMD\", \"CMD-SHELL\" or \"NONE\", got \"curl\""},
        {R"("healthcheck": {"test": ["CMD"]})",
         "2:25 services.web.healthcheck.test: \"CMD\" needs a command after it"},
        {R"("healthcheck": {"test": ["CMD-SHELL", "a", "b"]})",
         "2:25 services.web.healthcheck.test: \"CMD-SHELL\" takes exactly one string after it"},
        {R"("healthcheck": {"retries": 1.5})",
         "2:28 services.web.healthcheck.retries: expected a whole number from 0 to 2147483647, got 1.5"},
        {R"("mem_limit": "12x")", "2:14 services.web.mem_limit: \"12x\" is no size"},
        {R"("mem_limit": -5)", "2:14 services.web.mem_limit: \"-5\" is no size"},
        {R"("mem_limit": "9999999999g")", "2:14 services.web.mem_limit: \"9999999999g\" is too large"},
        {R"("cpus": -1)", "2:9 services.web.cpus: expected a number that is not negative, got -1"},
        {R"("pids_limit": -2)", "2:15 services.web.pids_limit: expected a whole number from -1, got -2"},
        {R"("mem_limit": "1g", "deploy": {"resources": {"limits": {"memory": "2g"}}})",
         "2:66 services.web.deploy.resources.limits.memory: contradicts mem_limit of the service"},
        {R"("deploy": {"resources": {"limits": {"cpus": 1}}}, "cpus": 2)",
         "2:59 services.web.cpus: contradicts deploy.resources.limits.cpus"},
        {R"("restart": "always", "deploy": {"restart_policy": {"condition": "none"}})",
         "2:51 services.web.deploy.restart_policy: contradicts restart of the service"},
        {R"("memswap_limit": "1g")", "1:15 services.web: memswap_limit needs mem_limit"},
        {R"("memswap_limit": "1g", "mem_limit": "2g")",
         "1:15 services.web: memswap_limit is less than mem_limit"},
        {R"("scale": 2)", "2:10 services.web.scale: fairlead runs one container a service"},
        {R"("deploy": {"replicas": 0})",
         "2:24 services.web.deploy.replicas: fairlead runs one container a service"},
        {R"("deploy": {"mode": "global"})",
         "2:20 services.web.deploy.mode: expected \"replicated\", got \"global\""},
        {R"("ulimits": {"nofile": {"soft": 2, "hard": 1}})",
         "2:23 services.web.ulimits.nofile: \"soft\" is above \"hard\""},
        {R"("ulimits": {"nofile": {"soft": 2}})",
         "2:23 services.web.ulimits.nofile: needs both \"soft\" and \"hard\""},
        {R"("devices": ["gpu"])",
         "2:13 services.web.devices[0]: a device is an absolute path of the host"},
        {R"("dns": ["one"])", "2:8 services.web.dns: \"one\" is no IP address"},
        {R"("extra_hosts": ["a"])", "2:17 services.web.extra_hosts[0]: \"\" is no IP address"},
        {R"("networks": ["nope"])",
         "2:14 services.web.networks[0]: the network \"nope\" is not declared"},
        {R"("networks": ["default", "default"])",
         "2:25 services.web.networks[1]: the network \"default\" is named twice"},
        {R"("networks": {"default": {"ipv4_address": "1.2.3.4"}})",
         "2:26 services.web.networks.default.ipv4_address: fairlead does not support this field"},
        {R"("networks": ["default"], "network_mode": "none")",
         "1:15 services.web: network_mode and networks exclude each other"},
        {R"("network_mode": "service:db")",
         "2:17 services.web.network_mode: \"service:db\" is not supported"},
        {R"("depends_on": ["web"])",
         "2:16 services.web.depends_on[0]: a service cannot depend on itself"},
        {R"("depends_on": {"db": {}})", "2:16 services.web.depends_on.db: there is no service \"db\""},
        {R"("secrets": ["s"])", "2:13 services.web.secrets[0]: the secret \"s\" is not declared"},
        {R"("profiles": ["-x"])", "2:13 services.web.profiles: \"-x\" is no name of a profile"},
        {R"("pull_policy": "build")", "1:15 services.web: pull_policy \"build\" needs a build"},
        {R"("pull_policy": "daily")", "2:16 services.web.pull_policy: expected \"missing\", "
                                      "\"if_not_present\", \"always\", \"never\" or \"build\", "
                                      "got \"daily\""},
        {R"("container_name": "é")", "1:15 services.web: container_name: must be letters, digits, '-', "
                                     "'_' and '.', 2 to 127, beginning with a "
                                     "letter or digit"},
        {R"("x-fairlead": {"health": "fast"})",
         "2:26 services.web.x-fairlead.health: expected \"eager\" or \"engine\", got \"fast\""},
    };
    for (const Case& one : cases) {
        CAPTURE(one.fields);
        CHECK(mistakes_in(one.fields) == std::vector{one.mistake});
    }
}

TEST_CASE("A mistake of the top level is found as well") {
    struct Case {
        std::string text;
        std::string mistake;
    };
    const Case cases[]{
        {"{}", "1:1 \"services\" is missing"},
        {R"({"services": []})", "1:14 services: expected a map, got a list"},
        {R"({"services": {"web": null}})", "1:22 services.web: expected a map, got null"},
        {R"({"services": {"web": {}}})", "1:15 services.web: needs an image or a build"},
        {R"({"services": {"-x": {"image": "i"}}})", "1:15 services.-x: \"-x\" is no name of a service"},
        {R"({"services": {"../a": {"image": "i"}}})",
         "1:15 services[\"../a\"]: \"../a\" is no name of a service"},
        {R"({"services": {}, "service": {}})", "1:18 service: unknown key \"service\""},
        {R"({"services": {}, "include": []})", "1:18 include: fairlead does not support this field"},
        {R"({"services": {}, "networks": {"a": {"ipam": {}}}})",
         "1:37 networks.a.ipam: fairlead does not support this field"},
        {R"({"services": {}, "networks": {"a": {"driver": "overlay"}}})",
         "1:47 networks.a.driver: the driver \"overlay\" is not supported"},
        {R"({"services": {}, "volumes": {"a": {"name": "-"}}})",
         "1:30 volumes.a: \"-\" is no name that every engine takes"},
        {R"({"services": {}, "volumes": {"a b": {}}})", "1:30 volumes[\"a b\"]: \"a b\" is no name"},
        {R"({"services": {}, "secrets": {"s": {"external": true}}})",
         "1:36 secrets.s.external: fairlead does not support this field"},
        {R"({"services": {}, "secrets": {"s": {}}})",
         "1:30 secrets.s: needs exactly one of \"file\", \"environment\" and \"content\""},
        {R"({"services": {}, "x-fairlead": {"runtime": "../x"}})",
         "1:33 x-fairlead.runtime: \"../x\" is no name of a runtime"},
        {R"({"services": {}, "x-fairlead": {"plugin_path": ["rel"]}})",
         "1:48 x-fairlead.plugin_path: \"rel\" is not absolute"},
        {R"({"services": {}, "x-fairlead": {"options": {"fake": 1}}})",
         "1:53 x-fairlead.options.fake: expected a map, got 1"},
        {R"({"services": {}, "x-fairlead": {"runtme": "x"}})",
         "1:33 x-fairlead.runtme: unknown key \"runtme\""},
    };
    for (const Case& one : cases) {
        CAPTURE(one.text);
        CHECK(first_mistake(one.text) == one.mistake);
    }
}

TEST_CASE("A misspelt word gets the likely one as a hint") {
    const auto hint = [](std::string_view text) { return read_text(text).error().hint; };
    CHECK(hint(R"({"services": {"web": {"imgae": "i", "image": "i"}}})") == "Did you mean \"image\"?");
    CHECK(hint(R"({"services": {"web": {"image": "i", "enviroment": {}}}})") ==
          "Did you mean \"environment\"?");
    CHECK(hint(R"({"servces": {}, "services": {}})") == "Did you mean \"services\"?");
    CHECK(hint(R"({"services": {"web": {"image": "i", "zzz": 1}}})") ==
          "Keys that begin with \"x-\" are ignored.");
    CHECK(hint(R"({"services": {"web": {"image": "i", "depends_on": ["bd"]}, "db": {"image": "i"}}})") ==
          "Did you mean \"db\"?");
    CHECK(
        hint(
            R"({"services": {"web": {"image": "i", "volumes": ["daat:/d"]}}, "volumes": {"data": {}}})") ==
        "Did you mean \"data\"?");
    CHECK(
        hint(
            R"({"services": {"web": {"image": "i", "networks": ["frnt"]}}, "networks": {"front": {}}})") ==
        "Did you mean \"front\"?");
}

TEST_CASE("All mistakes are reported at once, in the order of the file") {
    const auto file = read_text(R"({
  "services": {
    "web": {"image": "", "prots": [], "init": 3},
    "db": {"depends_on": ["cache"]}
  },
  "volumes": 1
})");
    REQUIRE_FALSE(file);
    CHECK(file.error().code == Errc::invalid_file);
    CHECK(mistakes(file.error()) ==
          std::vector<std::string>{"3:22 services.web.image: must not be empty",
                                   "3:26 services.web.prots: unknown key \"prots\"",
                                   "3:47 services.web.init: expected true or false, got 3",
                                   "4:5 services.db: needs an image or a build",
                                   "4:27 services.db.depends_on[0]: there is no service \"cache\"",
                                   "6:14 volumes: expected a map, got 1"});
}

TEST_CASE("Contents of secrets never reach an error") {
    const Folder folder;
    const auto file =
        folder.read(R"({"services": {"web": {"image": "i", "secrets": [{"source": "s", "mode": "9"}]}},
        "secrets": {"s": {"content": "hunter2"}, "t": {"content": "hunter2", "environment": "X"}}})");
    REQUIRE_FALSE(file);
    CHECK(to_string(file.error()).find("hunter2") == std::string::npos);
}

TEST_CASE("A file that is missing, a folder or a device is refused with the reason") {
    const Folder folder;
    CHECK(read_stack_file(folder.path() / "none.json").error().message == "No such file or directory");
    CHECK(read_stack_file(folder.path()).error().message == "it is a folder, not a file");
    CHECK(read_stack_file("/dev/zero").error().message == "it is not a regular file");
    CHECK(mistakes_in(R"("env_file": "/dev/zero")") ==
          std::vector<std::string>{
              "2:13 services.web.env_file: cannot read \"/dev/zero\": it is not a regular file"});
}

TEST_CASE("A variable that must be set and is not is one mistake, not also those that follow from it") {
    const auto file = read_text("{\"services\": {\"db\": {\"image\": \"${X:?say which}\"}}}");
    REQUIRE_FALSE(file);
    CHECK(file.error().causes.empty());
    CHECK(file.error().message.find("say which") != std::string::npos);
}
