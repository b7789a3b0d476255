// SPDX-License-Identifier: MIT
#include <string>

#include <doctest/doctest.h>

#include "dockerignore.hpp"

using namespace fairlead::docker;

TEST_CASE("a star stays within one part of a path and two stars do not") {
    CHECK(matches_pattern("*.log", "a.log"));
    CHECK_FALSE(matches_pattern("*.log", "sub/a.log"));
    CHECK(matches_pattern("*/a.log", "sub/a.log"));
    CHECK_FALSE(matches_pattern("*/a.log", "a.log"));
    CHECK(matches_pattern("**/a.log", "a.log"));
    CHECK(matches_pattern("**/a.log", "x/y/a.log"));
    CHECK_FALSE(matches_pattern("**/a.log", "x/ba.log"));
    CHECK(matches_pattern("x/**", "x/y/z"));
    CHECK(matches_pattern("x/**/z", "x/z"));
    CHECK(matches_pattern("**", "x/y"));
}

TEST_CASE("question marks, classes and backslashes match one character") {
    CHECK(matches_pattern("a?c", "abc"));
    CHECK_FALSE(matches_pattern("a?c", "a/c"));
    CHECK(matches_pattern("[a-c]x", "bx"));
    CHECK_FALSE(matches_pattern("[^a-c]x", "bx"));
    CHECK(matches_pattern("[]x]", "]"));
    CHECK(matches_pattern("\\*", "*"));
    CHECK_FALSE(matches_pattern("\\*", "a"));
    CHECK_FALSE(matches_pattern("[a", "a"));
}

TEST_CASE("a pattern full of stars takes no time") {
    CHECK_FALSE(matches_pattern("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", std::string(200, 'a')));
}

TEST_CASE("a rule for a folder holds for all in it") {
    const Dockerignore rules("node_modules\n");
    CHECK(rules.excludes("node_modules"));
    CHECK(rules.excludes("node_modules/a/b"));
    CHECK_FALSE(rules.excludes("src/node_modules"));
}

TEST_CASE("the last rule that matches decides") {
    const Dockerignore rules("*.md\n!README.md\nREADME-secret.md\n");
    CHECK(rules.excludes("a.md"));
    CHECK_FALSE(rules.excludes("README.md"));
    CHECK(rules.excludes("README-secret.md"));
    CHECK(rules.may_take_back());
    const Dockerignore again("!a\na\n");
    CHECK(again.excludes("a"));
}

TEST_CASE("comments, blanks, a byte order mark and slashes around a pattern do not count") {
    const Dockerignore rules("\xEF\xBB\xBF/top/\r\n# comment\n\n   spaced  \n./dot\n.\n");
    CHECK(rules.excludes("top/x"));
    CHECK(rules.excludes("spaced"));
    CHECK(rules.excludes("dot"));
    CHECK_FALSE(rules.excludes("comment"));
    CHECK_FALSE(rules.excludes("anything"));
}
