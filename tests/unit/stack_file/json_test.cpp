// SPDX-License-Identifier: MIT
#include <string>

#include <doctest/doctest.h>

#include "reading.hpp"

using namespace fairlead;
using namespace fairlead::tests;

TEST_CASE("A syntax error says where it is, what was expected and what stands there") {
    struct Case {
        std::string text;
        std::string mistake;
    };
    const Case cases[]{
        {"", "1:1 expected a value, got the end of the file"},
        {"  \n ", "2:2 expected a value, got the end of the file"},
        {"[1,]", "1:4 expected a value, got \"]\""},
        {"{\"a\": 1,}", "1:9 expected a key in double quotes, got \"}\""},
        {"{\"a\": 1,\n}", "2:1 expected a key in double quotes, got \"}\""},
        {"{\"a\" 1}", "1:6 expected ':' after the key, got \"1\""},
        {"{\"a\": }", "1:7 expected a value, got \"}\""},
        {"{\"a\": 1 \"b\": 2}", "1:9 expected ',' or '}', got \"\"\""},
        {"{\"a\": [1 2]}", "1:10 a: expected ',' or ']', got \"2\""},
        {"{a: 1}", "1:2 expected a key in double quotes or '}', got \"a\""},
        {"{'a': 1}", "1:2 expected a key in double quotes or '}', got \"'\""},
        {"{\"a\": True}", "1:7 expected a value, got \"True\""},
        {"{\"a\": tru}", "1:7 expected a value, got \"tru\""},
        {"{\"a\": NaN}", "1:7 expected a value, got \"NaN\""},
        {"// hi\n{}", "1:1 expected a value, got \"/\""},
        {"{\n  # hi\n}", "2:3 expected a key in double quotes or '}', got \"#\""},
        {"{} {}", "1:4 expected the end of the file, got \"{\""},
        {"{\"a\": \"é\", \"b\": x}", "1:17 expected a value, got \"x\""},
        {"{\"a\": \"x", "1:7 the string that begins here never ends"},
        {"{\"a\": \"x\n\"}", "1:7 the string that begins here has no closing quote on its line"},
        {"{\"a\": \"x\ty\"}", "1:9 a control character in a string"},
        {"{\"a\": \"C:\\dir\"}", "1:10 \"\\d\" is no escape of JSON"},
        {"{\"a\": \"\\u12\"}", "1:8 \"\\u\" needs four hexadecimal digits"},
        {"{\"a\": \"\\ud800\"}", "1:8 \"\\u\" is half of a surrogate pair"},
        {"{\"a\": \"\\udc00\"}", "1:8 \"\\u\" is half of a surrogate pair"},
        {"{\"a\": 1e999}", "1:7 \"1e999\" is too large a number"},
        {"{\"a\": -}", "1:7 \"-\" is no number"},
        {"{\"a\": 1.}", "1:7 \"1.\" is no number"},
        {"{\"a\": 01}", "1:8 expected ',' or '}', got \"1\""},
        {"{\"services\": {\"web\": {\"image\": ", "1:32 expected a value, got the end of the file"},
        {"\xEF\xBB\xBF{}", "1:1 the file begins with a byte order mark, which JSON does not allow"},
        {"{\"a\": \"\xFF\"}", "1:8 a byte that is not UTF-8"},
        {"{\"a\": \"\xC0\x80\"}", "1:8 a byte that is not UTF-8"},
        {"{\"a\": \"\xED\xA0\x80\"}", "1:8 a byte that is not UTF-8"},
        {"{\"a\": \"x\\u0000\"}",
         "1:7 a NUL character (\\u0000) cannot appear in a name, an argument or a variable"},
        {"{\"a\\u0000\": 1}",
         "1:2 a NUL character (\\u0000) cannot appear in a name, an argument or a variable"},
        {"[]", "1:1 expected a map, got a list"},
    };
    for (const Case& one : cases) {
        CAPTURE(one.text);
        const std::string mistake = first_mistake(one.text);
        CHECK_MESSAGE(mistake.ends_with(one.mistake.substr(one.mistake.find(' ') + 1)), mistake);
        CHECK_MESSAGE(mistake.starts_with(one.mistake.substr(0, one.mistake.find(' ') + 1)), mistake);
    }
}

TEST_CASE("Hints tell what JSON wants instead") {
    const auto hint = [](std::string_view text) { return read_text(text).error().hint; };
    CHECK(hint("{\"a\": 1,}") == "Remove the comma before it.");
    CHECK(hint("{'a': 1}") == "JSON strings stand in double quotes.");
    CHECK(hint("{// x\n}") == "JSON has no comments; an \"x-comment\" key is ignored.");
    CHECK(hint("{\"a\": 1 \"b\": 2}") == "A comma is missing before it.");
    CHECK(hint("{\"a\":") == "The file looks cut off.");
}

TEST_CASE("Every duplicate key is named, with the place of the first") {
    const auto file =
        read_text("{\"services\": {\n \"web\": {\"image\": \"a\"},\n \"web\": {\"image\": \"b\"}},\n"
                  " \"name\": \"x\", \"name\": \"y\"}");
    REQUIRE_FALSE(file);
    CHECK(mistakes(file.error()) ==
          std::vector<std::string>{"3:2 services: the key \"web\" appears twice",
                                   "4:15 the key \"name\" appears twice"});
    CHECK(file.error().causes.at(0).hint == "It stands on line 2 as well.");
}

TEST_CASE("Sixty-four levels are read and the sixty-fifth is refused") {
    const auto nested = [](int levels) {
        return "{\"services\": {\"web\": {\"image\": \"i\"}}, \"x-deep\": " + std::string(levels, '[') +
               std::string(levels, ']') + "}";
    };
    CHECK(read_text(nested(63)));
    CHECK(first_mistake(nested(64)).ends_with("nested more than 64 levels deep"));
    CHECK(first_mistake(std::string(15'000'000, '[')).starts_with("1:65 "));
}

TEST_CASE("A file with too many bytes or values is refused") {
    CHECK(first_mistake("{\"x-a\": \"" + std::string((16U << 20U) + 1, 'a') + "\"}")
              .ends_with("it is larger than 16777216 bytes"));
    std::string many = "{\"x-a\": [1";
    for (int i = 0; i < 250'000; ++i) {
        many += ",1";
    }
    CHECK(first_mistake(many + "]}").ends_with("more than 250000 values"));
}

TEST_CASE("More mistakes than a person reads are counted, not kept") {
    std::string many = "{\"services\": {\"web\": {\"image\": \"i\"";
    for (int i = 0; i < 1000; ++i) {
        many += ", \"f" + std::to_string(i) + "\": 1";
    }
    const auto file = read_text(many + "}}}");
    REQUIRE_FALSE(file);
    REQUIRE(file.error().causes.size() == 100);
    CHECK(file.error().message == "1000 mistakes");
    CHECK(file.error().hint.find("first 100") != std::string::npos);
}
