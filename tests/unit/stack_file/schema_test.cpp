// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <fairlead/error.hpp>

#include "reading.hpp"

using namespace fairlead;
using namespace fairlead::tests;
using nlohmann::json;
using Names = std::set<std::string>;

namespace {

std::string contents(const std::filesystem::path& path) {
    std::ifstream file(path);
    REQUIRE_MESSAGE(file, path);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Where an object of the schema stands in a stack: `@` is its place. The schema itself has no name.
const std::map<std::string, std::string> places{
    {"", "@"},
    {"attachment", R"({"services": {"s": {"networks": {"default": @}}}})"},
    {"bindOptions", R"({"services": {"s": {"volumes": [{"bind": @}]}}})"},
    {"build", R"({"services": {"s": {"build": @}}})"},
    {"content", R"({"services": {}, "secrets": {"c": @}})"},
    {"contentUse", R"({"services": {"s": {"secrets": [@]}}})"},
    {"dependency", R"({"services": {"s": {"depends_on": {"s": @}}}})"},
    {"deploy", R"({"services": {"s": {"deploy": @}}})"},
    {"device", R"({"services": {"s": {"devices": [@]}}})"},
    {"envFile", R"({"services": {"s": {"env_file": @}}})"},
    {"healthcheck", R"({"services": {"s": {"healthcheck": @}}})"},
    {"limits", R"({"services": {"s": {"deploy": {"resources": {"limits": @}}}}})"},
    {"mount", R"({"services": {"s": {"volumes": [@]}}})"},
    {"network", R"({"services": {}, "networks": {"n": @}})"},
    {"port", R"({"services": {"s": {"ports": [@]}}})"},
    {"reservations", R"({"services": {"s": {"deploy": {"resources": {"reservations": @}}}}})"},
    {"resources", R"({"services": {"s": {"deploy": {"resources": @}}}})"},
    {"restartPolicy", R"({"services": {"s": {"deploy": {"restart_policy": @}}}})"},
    {"runtime", R"({"services": {}, "x-fairlead": @})"},
    {"service", R"({"services": {"s": @}})"},
    {"serviceExtension", R"({"services": {"s": {"x-fairlead": @}}})"},
    {"tmpfsOptions", R"({"services": {"s": {"volumes": [{"tmpfs": @}]}}})"},
    {"ulimit", R"({"services": {"s": {"ulimits": {"nofile": @}}}})"},
    {"volume", R"({"services": {}, "volumes": {"v": @}})"},
    {"volumeOptions", R"({"services": {"s": {"volumes": [{"volume": @}]}}})"},
};

/// Every object of the schema that has fixed keys, by name, with those keys.
std::map<std::string, Names> schema_objects() {
    const json schema = json::parse(contents(SCHEMA));
    std::map<std::string, Names> objects;
    const auto add = [&objects](const std::string& name, const json& object) {
        if (object.contains("properties")) {
            for (const auto& [key, value] : object.at("properties").items()) {
                objects[name].insert(key);
            }
        }
    };
    add("", schema);
    for (const auto& [name, object] : schema.at("definitions").items()) {
        add(name, object);
    }
    return objects;
}

/// Every word in the reader's sources that could be a key; it knows no other.
Names words_of_the_reader() {
    static const std::regex literal("\"([a-z][a-z0-9_]*)\"");
    Names words;
    for (const auto& file : std::filesystem::directory_iterator(READER)) {
        if (file.path().extension() != ".cpp") {
            continue;
        }
        const std::string text = contents(file.path());
        for (std::sregex_iterator found(text.begin(), text.end(), literal), end; found != end; ++found) {
            words.insert((*found)[1]);
        }
    }
    return words;
}

/// All mistakes that the reader finds in an object of these members at this place.
std::vector<std::string> mistakes_at(const std::string& place, const std::string& members) {
    std::string text = place;
    text.replace(text.find('@'), 1, "{" + members + "}");
    const auto read = read_text(text);
    return read ? std::vector<std::string>{} : mistakes(read.error());
}

/// Whether this mistake is that the key is unknown, or known and not supported.
bool names_key(const std::string& mistake, const std::string& key) {
    return std::ranges::any_of(std::array{" ", "."}, [&](const std::string& before) {
        const std::string path = before + key;
        return mistake.find(path + ": unknown key") != std::string::npos ||
               mistake.find(path + ": fairlead does not support this field") != std::string::npos;
    });
}

/// Those of the words that the reader takes as keys of an object at this place.
Names taken_at(const std::string& place, const Names& words) {
    // More mistakes than a hundred in one file are not told apart.
    constexpr std::size_t at_once = 80;
    Names taken;
    for (auto word = words.begin(); word != words.end();) {
        Names asked;
        std::string members;
        for (; word != words.end() && asked.size() < at_once; ++word) {
            // Null stands for an absent value, hence is not wrong in itself.
            members += (asked.empty() ? "\"" : ", \"") + *word + "\": null";
            asked.insert(*word);
        }
        for (const std::string& mistake : mistakes_at(place, members)) {
            std::erase_if(asked, [&mistake](const std::string& key) { return names_key(mistake, key); });
        }
        taken.merge(asked);
    }
    return taken;
}

} // namespace

TEST_CASE("the schema and the reader know the same keys at every place") {
    const auto objects = schema_objects();
    const Names words = words_of_the_reader();
    REQUIRE(words.size() > 150);
    CHECK(objects.size() == places.size());
    for (const auto& [name, keys] : objects) {
        CAPTURE(name);
        REQUIRE(places.contains(name));
        Names written = keys;
        // The reader ignores every other key that begins so, hence tells them apart by their values only.
        written.erase("x-fairlead");
        CHECK(taken_at(places.at(name), words) == written);
    }
}

TEST_CASE("the schema has x-fairlead where the reader looks at it, and nowhere else") {
    for (const auto& [name, keys] : schema_objects()) {
        CAPTURE(name);
        const auto found = mistakes_at(places.at(name), R"("x-fairlead": 1)");
        const bool looked_at = std::ranges::any_of(found, [](const std::string& mistake) {
            return mistake.find("x-fairlead: expected") != std::string::npos;
        });
        CHECK(looked_at == keys.contains("x-fairlead"));
    }
}
