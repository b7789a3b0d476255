// SPDX-License-Identifier: MIT
#include <string>

#include <doctest/doctest.h>

#include "reading.hpp"

using namespace fairlead;
using namespace fairlead::tests;

namespace {

const Variables environment{{"SET", "value"}, {"EMPTY", ""}, {"OTHER", "other"}, {"N", "8080"}};

Result<StackFile> interpolated(const std::string& value) {
    return read_text("{\"services\": {\"web\": {\"image\": \"i\", \"user\": \"" + value + "\"}}}",
                     environment);
}

} // namespace

TEST_CASE("Every form of a variable gives what Compose gives") {
    struct Case {
        std::string text;
        std::string value;
    };
    const Case cases[]{
        {"$SET", "value"},
        {"${SET}", "value"},
        {"a-$SET-b", "a-value-b"},
        {"${SET}${OTHER}", "valueother"},
        {"$SET.$OTHER", "value.other"},
        {"${SET:-x}", "value"},
        {"${EMPTY:-x}", "x"},
        {"${UNSET:-x}", "x"},
        {"${SET-x}", "value"},
        {"${EMPTY-x}", ""},
        {"${UNSET-x}", "x"},
        {"${UNSET-}", ""},
        {"${SET:?m}", "value"},
        {"${SET?m}", "value"},
        {"${EMPTY?m}", ""},
        {"${SET:+x}", "x"},
        {"${EMPTY:+x}", ""},
        {"${UNSET:+x}", ""},
        {"${SET+x}", "x"},
        {"${EMPTY+x}", "x"},
        {"${UNSET+x}", ""},
        {"${UNSET:-${SET}}", "value"},
        {"${UNSET:-${ALSO:-${OTHER}}!}", "other!"},
        {"${UNSET:-a b:c}", "a b:c"},
        {"${UNSET:-$$x}", "$x"},
        {"${UNSET:-{}", "{"},
        {"${SET:+<$OTHER>}", "<other>"},
        {"${UNSET:+${REQUIRED:?not looked at}}", ""},
        {"$$", "$"},
        {"$$SET", "$SET"},
        {"$$$SET", "$value"},
        {"$${SET}", "${SET}"},
        {"}", "}"},
    };
    for (const Case& one : cases) {
        CAPTURE(one.text);
        const auto file = interpolated(one.text);
        REQUIRE_MESSAGE(file, to_string(file.error()));
        CHECK(file->stack.services[0].container.user == one.value);
        CHECK(file->warnings.empty());
    }
}

TEST_CASE("A variable that is not set is empty, with a warning that says where") {
    const auto file = interpolated("a$UNSET${UNSET}");
    REQUIRE(file);
    CHECK(file->stack.services[0].container.user == "a");
    REQUIRE(file->warnings.size() == 1);
    CHECK(file->warnings[0].ends_with(
        "compose.json:1:45: services.web.user: the variable UNSET is not set; it counts as empty"));
}

TEST_CASE("A malformed or required variable is a mistake at its value") {
    struct Case {
        std::string text;
        std::string message;
    };
    const Case cases[]{
        {"${UNSET:?set me}", "the variable UNSET is not set: set me"},
        {"${UNSET?}", "the variable UNSET is not set"},
        {"${EMPTY:?$SET}", "the variable EMPTY is empty: value"},
        {"$", "a lone '$' in \"$\""},
        {"a$ b", "a lone '$' in \"a$ b\""},
        {"$1", "a lone '$' in \"$1\""},
        {"${}", "no variable's name after \"${\" in \"${}\""},
        {"${1}", "no variable's name after \"${\" in \"${1}\""},
        {"${SET", "\"${SET\" has no proper end in \"${SET\""},
        {"${SET!x}", "\"${SET\" has no proper end in \"${SET!x}\""},
        {"${SET:x}", "\"${SET\" has no proper end in \"${SET:x}\""},
        {"${UNSET:-x", "\"${UNSET\" has no closing brace in \"${UNSET:-x\""},
    };
    for (const Case& one : cases) {
        CAPTURE(one.text);
        const auto file = interpolated(one.text);
        REQUIRE_FALSE(file);
        CHECK(mistakes(file.error()) == std::vector{"1:45 services.web.user: " + one.message});
    }
}

TEST_CASE("A value that comes from a variable is read as what the field wants") {
    const auto container = read_container(
        R"("tty": "${T}", "pids_limit": "${N}", "cpus": "$C", "ports": ["$N:80"], "mem_limit": "$M")",
        {{"T", "true"}, {"N", "8080"}, {"C", "1.5"}, {"M", "64m"}});
    CHECK(container.tty);
    CHECK(container.resources.pids == 8080);
    CHECK(container.resources.cpus == 1.5);
    CHECK(container.ports.at(0).host_port == 8080);
    CHECK(container.resources.memory == 64U << 20U);
}

TEST_CASE("Keys and ignored extensions are not interpolated") {
    const auto container = read_container(R"("labels": {"$SET": "x"}, "x-note": "$ and ${")");
    CHECK(container.labels.at("$SET") == "x");
}

TEST_CASE("Defaults nested without end are refused") {
    std::string text;
    for (int i = 0; i < 100'000; ++i) {
        text += "${U:-";
    }
    const auto file = interpolated(text);
    REQUIRE_FALSE(file);
    CHECK(file.error().message.ends_with("variables nested more than 64 deep"));
}

TEST_CASE("The environment comes first, then .env beside the file") {
    const Folder folder;
    folder.write(".env", "SET=from file\nFILE=file\n");
    const auto file = folder.read(
        R"({"services": {"web": {"image": "i", "environment": {"A": "$SET", "B": "$FILE", "FILE": null}}}})",
        environment);
    REQUIRE(file);
    CHECK(file->stack.services[0].container.environment ==
          Variables{{"A", "value"}, {"B", "file"}, {"FILE", "file"}});
}

TEST_CASE("Every notation of .env is read as Compose reads it") {
    struct Case {
        std::string line;
        std::string value;
    };
    const Case cases[]{
        {"V=plain", "plain"},
        {"V = spaced ", "spaced"},
        {"export V=x", "x"},
        {"V: yaml", "yaml"},
        {"V=", ""},
        {"V=a b c", "a b c"},
        {"V=a#b", "a#b"},
        {"V=a # comment", "a"},
        {"V=# comment", ""},
        {"V='single $SET # x'", "single $SET # x"},
        {"V='it\\'s'", "it's"},
        {"V=\"double\" # comment", "double"},
        {"V=\"a\\nb\\t\\\"c\\\"\"", "a\nb\t\"c\""},
        {"V=\"over\nlines\"", "over\nlines"},
        {"V='over\nlines'", "over\nlines"},
        {"V=$SET", "value"},
        {"V=\"${SET}!\"", "value!"},
        {"V=\"\\$SET\"", "$SET"},
        {"V=${UNSET:-d}", "d"},
        {"A=1\nV=${A}2", "12"},
        {"SET=mine\nV=$SET", "value"},
        {"# comment\n\n  V=indented", "indented"},
        {"V=x\r\nW=y\r", "x"},
        {"V=a=b", "a=b"},
        {"V=first\nV=last", "last"},
        {"SET\nV=x", "x"},
        {"\xEF\xBB\xBFV=bom", "bom"},
    };
    for (const Case& one : cases) {
        CAPTURE(one.line);
        const Folder folder;
        folder.write(".env", one.line);
        const auto file =
            folder.read(R"({"services": {"web": {"image": "i", "environment": ["V"]}}})", environment);
        REQUIRE_MESSAGE(file, to_string(file.error()));
        CHECK(file->stack.services[0].container.environment == Variables{{"V", one.value}});
    }
}

TEST_CASE("A mistake in .env names that file and line") {
    struct Case {
        std::string text;
        std::string place;
        std::string message;
    };
    const Case cases[]{
        {"A=1\nnot a variable\n", ".env:2:1", "expected NAME=value, got \"not a variable\""},
        {"A='x", ".env:1:3", "the quote that begins here never ends"},
        {"A='x'y", ".env:1:6", "text after the closing quote"},
        {"A=${", ".env:1:3", "no variable's name after \"${\" in \"${\""},
    };
    for (const Case& one : cases) {
        CAPTURE(one.text);
        const Folder folder;
        folder.write(".env", one.text);
        const auto file = folder.read(R"({"services": {"web": {"image": "i"}}})");
        REQUIRE_FALSE(file);
        CHECK(file.error().subject.ends_with(one.place));
        CHECK(file.error().message == one.message);
    }
}

TEST_CASE("Variables that double one another are stopped before memory runs out") {
    const Folder folder;
    std::string text = "V0=0123456789\n";
    for (int i = 1; i < 64; ++i) {
        text +=
            "V" + std::to_string(i) + "=$V" + std::to_string(i - 1) + "$V" + std::to_string(i - 1) + "\n";
    }
    folder.write(".env", text);
    const auto file = folder.read(R"({"services": {"web": {"image": "i"}}})");
    REQUIRE_FALSE(file);
    CHECK(file.error().message == "interpolation makes more than 1048576 bytes of it");
}
