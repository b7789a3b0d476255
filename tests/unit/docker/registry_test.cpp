// SPDX-License-Identifier: MIT
#include <filesystem>

#include <doctest/doctest.h>

#include "reference.hpp"
#include "registry_auth.hpp"
#include "temporary_folder.hpp"

using namespace fairlead::docker;
using fairlead::docker::test::TemporaryFolder;

TEST_CASE("a port is not a tag, and a digest is stronger than a tag") {
    CHECK(parse_reference("localhost:5000/a").name == "localhost:5000/a");
    CHECK(parse_reference("localhost:5000/a").version == "latest");
    CHECK(parse_reference("localhost:5000/a").registry == "localhost:5000");
    CHECK(parse_reference("localhost:5000/a:1").version == "1");
    CHECK(parse_reference("a/b:1").registry == hub_registry);
    CHECK(parse_reference("a").name == "a");
    const Reference digest = parse_reference("r.example/a:1@sha256:00");
    CHECK(digest.name == "r.example/a");
    CHECK(digest.version == "sha256:00");
}

TEST_CASE("base64 round trips in both directions") {
    for (const std::string text : {"", "a", "ab", "abc", "\xff\xfe?>"}) {
        CHECK(decode_base64(base64url(text)) == text);
    }
    CHECK(base64url("\xff\xef") == "_-8=");
    CHECK(decode_base64("/+8=") == "\xff\xef");
    CHECK_FALSE(decode_base64("a b"));
}

TEST_CASE("credentials are found for a registry by host, and for no other") {
    const TemporaryFolder folder;
    folder.write("config.json", R"({"auths":{"https://r.example/v1/":{"auth":"dXNlcjpwYTpzcw=="},
                                             "t.example":{"identitytoken":"tok"},"empty.example":{}}})");
    const RegistryAuth auth(folder.path());
    const Call call{.operation = "pull", .subject = "x"};
    CHECK(**auth.find(call, "r.example") == Credentials{"user", "pa:ss", ""});
    CHECK((*auth.find(call, "t.example"))->identity_token == "tok");
    CHECK_FALSE(*auth.find(call, "empty.example"));
    CHECK_FALSE(*auth.find(call, "example"));
}

TEST_CASE("without a configuration there are no credentials, and a broken one is an error") {
    const TemporaryFolder folder;
    const Call call{.operation = "pull", .subject = "x"};
    CHECK_FALSE(*RegistryAuth(folder.path()).header(call, "r"));
    folder.write("config.json", "{");
    CHECK(RegistryAuth(folder.path()).find(call, "r").error().code == fairlead::Errc::invalid_file);
}

TEST_CASE("a credential helper that is missing is named") {
    const TemporaryFolder folder;
    folder.write("config.json", R"({"credHelpers":{"r.example":"fairlead-no-such"}})");
    const auto found =
        RegistryAuth(folder.path()).find({.operation = "pull", .subject = "x"}, "r.example");
    REQUIRE_FALSE(found);
    CHECK(found.error().message.find("docker-credential-fairlead-no-such") != std::string::npos);
}

TEST_CASE("a credential helper is asked by standard input and answers in JSON") {
    const TemporaryFolder folder;
    const auto helper = folder.write(
        "docker-credential-fairlead-test",
        "#!/bin/sh\nread -r r\necho \"{\\\"Username\\\":\\\"$1\\\",\\\"Secret\\\":\\\"$r\\\"}\"\n");
    std::filesystem::permissions(helper, std::filesystem::perms::owner_all);
    folder.write("config.json", R"({"credsStore":"fairlead-test"})");
    const std::string before = std::getenv("PATH");
    ::setenv("PATH", (folder.path().string() + ":" + before).c_str(), 1);
    const auto found =
        RegistryAuth(folder.path()).find({.operation = "pull", .subject = "x"}, "r.example");
    ::setenv("PATH", before.c_str(), 1);
    REQUIRE(found);
    CHECK(**found == Credentials{"get", "r.example", ""});
}
