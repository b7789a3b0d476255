// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "options.hpp"
#include "podman_runtime.hpp"

using namespace fairlead;
using namespace fairlead::podman;

TEST_CASE("options become global arguments, the free ones last") {
    const auto options =
        parse_options(R"({"root": "/r", "runroot": "/rr", "extra_args": ["--log-level=error"]})");
    REQUIRE(options);
    CHECK(global_arguments(*options) ==
          std::vector<std::string>{"--root=/r", "--runroot=/rr", "--log-level=error"});
    CHECK(options->path == "podman");
}

TEST_CASE("an unknown option is refused with the likely one") {
    const auto options = parse_options(R"({"runrot": "/x"})");
    REQUIRE_FALSE(options);
    CHECK(options.error().code == Errc::invalid_spec);
    CHECK(options.error().subject == "runrot");
    CHECK(options.error().hint == "Did you mean 'runroot'?");
}

TEST_CASE("an option of the wrong kind is refused") {
    for (const char* text :
         {"[]", "{", R"({"root": 1})", R"({"path": ""})", R"({"extra_args": "x"})",
          R"({"extra_args": [1]})", R"({"connection": "c", "root": "/r"})", R"({"path": "a\u0000b"})"}) {
        CAPTURE(text);
        REQUIRE_FALSE(parse_options(text));
        CHECK(parse_options(text).error().code == Errc::invalid_spec);
    }
}

TEST_CASE("podman from 4.3 to 5.x is known, others are not") {
    for (const char* version : {"4.3.1", "4.9.4-dev", "5.0.0", "5.4.2", "5.4.0-rc1"}) {
        CHECK(is_known_version(version));
    }
    for (const char* version : {"", "4.2.9", "3.4.4", "6.0.0", "x"}) {
        CHECK_FALSE(is_known_version(version));
    }
    CHECK(read_version("podman version 4.3.1\n") == "4.3.1");
    CHECK(read_version("hello").empty());
}
