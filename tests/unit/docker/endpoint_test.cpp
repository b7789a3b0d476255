// SPDX-License-Identifier: MIT
#include <map>

#include <doctest/doctest.h>

#include "endpoint.hpp"
#include "options.hpp"
#include "temporary_folder.hpp"

using namespace fairlead;
using namespace fairlead::docker;
using fairlead::docker::test::TemporaryFolder;

namespace {

Environment environment(std::map<std::string, std::string> variables) {
    return [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
}

void write_context(const TemporaryFolder& folder, const std::string& host) {
    folder.write("contexts/meta/0123/meta.json",
                 R"({"Name":"other","Endpoints":{"docker":{"Host":"tcp://no"}}})");
    folder.write("contexts/meta/4567/meta.json", R"({"Name":"mine","Endpoints":{"docker":{"Host":")" +
                                                     host + R"(","SkipTLSVerify":false}}})");
}

} // namespace

TEST_CASE("the option 'host' is stronger than DOCKER_HOST, which is stronger than a context") {
    const TemporaryFolder folder;
    write_context(folder, "unix:///context");
    folder.write("config.json", R"({"currentContext":"mine"})");
    std::map<std::string, std::string> variables = {{"DOCKER_CONFIG", folder.path().string()}};
    CHECK(resolve_endpoint({}, environment(variables))->unix_socket == "/context");
    variables["DOCKER_HOST"] = "unix:///variable";
    CHECK(resolve_endpoint({}, environment(variables))->unix_socket == "/variable");
    Options options;
    options.host = "unix:///option";
    CHECK(resolve_endpoint(options, environment(variables))->unix_socket == "/option");
}

TEST_CASE("a context brings its certificates along") {
    const TemporaryFolder folder;
    write_context(folder, "tcp://engine:1234");
    folder.write("contexts/tls/4567/docker/ca.pem", "");
    const auto endpoint = resolve_endpoint(
        {}, environment({{"DOCKER_CONFIG", folder.path().string()}, {"DOCKER_CONTEXT", "mine"}}));
    REQUIRE(endpoint);
    CHECK(endpoint->base_url == "https://engine:1234");
    REQUIRE(endpoint->tls);
    CHECK(endpoint->tls->ca == folder.path() / "contexts/tls/4567/docker/ca.pem");
    CHECK(endpoint->tls->verify);
}

TEST_CASE("a context that does not exist is refused, naming who asked for it") {
    const TemporaryFolder folder;
    const auto endpoint = resolve_endpoint(
        {}, environment({{"DOCKER_CONFIG", folder.path().string()}, {"DOCKER_CONTEXT", "gone"}}));
    REQUIRE_FALSE(endpoint);
    CHECK(endpoint.error().code == Errc::invalid_spec);
    CHECK(endpoint.error().message.find("DOCKER_CONTEXT") != std::string::npos);
}

TEST_CASE("a tcp address is encrypted when DOCKER_TLS_VERIFY or DOCKER_CERT_PATH says so") {
    const auto base = [](std::map<std::string, std::string> variables) {
        return resolve_endpoint({}, environment(std::move(variables)))->base_url;
    };
    CHECK(base({{"DOCKER_HOST", "tcp://h"}}) == "http://h:2375");
    CHECK(base({{"DOCKER_HOST", "tcp://h:1/"}}) == "http://h:1");
    CHECK(base({{"DOCKER_HOST", "tcp://[::1]"}}) == "http://[::1]:2375");
    CHECK(base({{"DOCKER_HOST", "tcp://h"}, {"DOCKER_TLS_VERIFY", "1"}}) == "https://h:2376");
    const auto unverified =
        resolve_endpoint({}, environment({{"DOCKER_HOST", "tcp://h:1"}, {"DOCKER_CERT_PATH", "/certs"}}));
    REQUIRE(unverified->tls);
    CHECK_FALSE(unverified->tls->verify);
    CHECK(unverified->tls->key == "/certs/key.pem");
}

TEST_CASE("addresses that cannot be used are refused") {
    const auto code = [](std::string host) {
        Options options;
        options.host = std::move(host);
        return resolve_endpoint(options, environment({})).error().code;
    };
    CHECK(code("unix://relative/path") == Errc::invalid_spec);
    CHECK(code("/var/run/docker.sock") == Errc::invalid_spec);
    CHECK(code("tcp://user@host") == Errc::invalid_spec);
    CHECK(code("ssh://host") == Errc::unsupported);
}

TEST_CASE("an unknown option is refused with the likely one") {
    const auto options = parse_options(R"({"hots":"x"})");
    REQUIRE_FALSE(options);
    CHECK(options.error().hint.find("'host'") != std::string::npos);
    CHECK_FALSE(parse_options(R"({"timeout":60})"));
    CHECK_FALSE(parse_options("[]"));
    CHECK_FALSE(parse_options(R"({"host":"a","context":"b"})"));
    CHECK(parse_options(R"({"timeout":"1m30s"})")->timeout == std::chrono::seconds(90));
}
