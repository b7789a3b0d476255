// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <fairlead/error.hpp>

using namespace fairlead;

TEST_CASE("an error reads as one sentence, then what led to it, what is attached, what is left and what "
          "to do") {
    Error error{.code = Errc::exited,
                .operation = "start service",
                .subject = "db",
                .message = "exited with code 3",
                .hint = "Read its logs."};
    error.attachments.push_back({.title = "last log lines", .text = "one\ntwo\n"});
    error.causes.push_back({.operation = "probe", .message = "no answer"});
    error.cleanup_failures.push_back(
        {.operation = "remove", .subject = "demo.db", .message = "disk full"});

    CHECK(to_string(error) == "start service db: exited with code 3\n"
                              "  because: probe: no answer\n"
                              "  last log lines:\n"
                              "    | one\n"
                              "    | two\n"
                              "  left over: remove demo.db: disk full\n"
                              "  hint: Read its logs.");
}

TEST_CASE("an error without a message is named by its code") {
    CHECK(to_string(Error{.code = Errc::timeout, .operation = "stop"}) == "stop: timeout");
}

TEST_CASE("an error as JSON leaves out what is empty and survives bytes that are not UTF-8") {
    CHECK(to_json(Error{.code = Errc::conflict, .subject = "demo.db"}) ==
          R"({"code":"conflict","subject":"demo.db"})");
    CHECK(to_json(Error{.message = "\xff"}) == "{\"code\":\"internal\",\"message\":\"\xEF\xBF\xBD\"}");
}
