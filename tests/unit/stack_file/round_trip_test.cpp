// SPDX-License-Identifier: MIT
#include <filesystem>
#include <string>

#include <doctest/doctest.h>

#include "reading.hpp"

using namespace fairlead;
using namespace fairlead::tests;

namespace {

Stack shop() {
    const auto nothing = [](const std::string&) -> std::optional<std::string> { return {}; };
    auto file = read_stack_file(std::filesystem::path(FIXTURES) / "shop.json",
                                {.project = {}, .environment = nothing});
    if (!file) {
        FAIL(to_string(file.error()));
    }
    CHECK(file->warnings.empty());
    return file->stack;
}

Stack read_back(const std::string& text) {
    const auto file = read_text(text);
    if (!file) {
        FAIL(to_string(file.error()));
    }
    return file->stack;
}

const ContainerSpec& container(const Stack& stack, std::size_t index) {
    return stack.services.at(index).container;
}

} // namespace

TEST_CASE("A realistic stack file is read whole") {
    const Stack stack = shop();
    CHECK(stack.name == "shop");
    REQUIRE(stack.services.size() == 4);
    CHECK(container(stack, 0).environment.at("PRICE") == "$5");
    CHECK(container(stack, 0).configs.at(0).content == "price = $5\nmax = 250\n");
    CHECK(container(stack, 0).secrets.at(0).content == "not-so-secret\n");
    CHECK(container(stack, 0).mounts.size() == 6);
    CHECK(container(stack, 1).image == "shop-api");
    CHECK(container(stack, 1).environment ==
          Variables{{"CACHE_SIZE", "64"}, {"GREETING", "hello, nobody"}, {"LOG_LEVEL", "info"}});
    CHECK(container(stack, 1).command ==
          std::vector<std::string>{"--listen", ":8080", "--name", "the shop"});
    CHECK(container(stack, 2).restart == RestartPolicy{RestartMode::on_failure, 3});
    CHECK(container(stack, 3).network_mode == NetworkMode::host);
}

TEST_CASE("A stack that is written and read again is the same") {
    const Stack stack = shop();
    const std::string text = write_stack(stack, true);
    const Stack again = read_back(text);
    CHECK(write_stack(again, true) == text);
    for (std::size_t i = 0; i < stack.services.size(); ++i) {
        CAPTURE(container(stack, i).service);
        CHECK(again.services.at(i) == stack.services[i]);
    }
    CHECK(again == stack);
}

TEST_CASE("Names that the engine knows survive writing, however odd") {
    const Stack stack = read_back(R"({"name": "p", "services": {
        "a": {"image": "i", "volumes": ["x:/x", "y:/y", "z:/z"], "networks": ["default", "nn"]},
        "b": {"image": "i", "volumes": ["w:/w"]}},
        "volumes": {"x": {"name": "p.q"}, "y": {"name": "qq"}, "z": {"name": "p.x", "external": true}, "w": {"name": "qq_"}},
        "networks": {"default": {"name": "main"}, "nn": {"external": true}}})");
    CHECK(read_back(write_stack(stack)) == stack);
}

TEST_CASE("A secret's content is written only on request") {
    const Stack stack = shop();
    CHECK(write_stack(stack).find("not-so-secret") == std::string::npos);
    CHECK(write_stack(stack).find("\"***\"") != std::string::npos);
    CHECK(write_stack(stack, true).find("not-so-secret") != std::string::npos);
}

TEST_CASE("The digest of a service changes with each of its fields and with nothing else") {
    const auto digest = [](std::string_view fields, std::string_view top = "") {
        return config_hash(read_container(fields, {}, top));
    };
    const std::string plain = digest("");
    CHECK(plain.size() == 36);
    CHECK(plain.at(14) == '5');
    CHECK(digest("") == plain);
    CHECK(digest(R"("environment": {"A": "1", "B": "2"})") == digest(R"("environment": ["B=2", "A=1"])"));
    for (const char* fields :
         {R"("command": "x")", R"("command": [])", R"("environment": {"A": ""})", R"("ports": [80])",
          R"("volumes": ["/a"])", R"("healthcheck": {})", R"("tty": true)", R"("networks": ["default"])",
          R"("x-fairlead": {"health": "engine"})", R"("restart": "always")",
          R"("stop_grace_period": "1s")"}) {
        CAPTURE(fields);
        CHECK(digest(fields) != plain);
    }
    CHECK(digest(R"("volumes": ["v:/a"])", R"(, "volumes": {"v": {}})") !=
          digest(R"("volumes": ["v:/a"])", R"(, "volumes": {"v": {"name": "other"}})"));
}

TEST_CASE("The digest tells nothing of secrets and ignores fairlead's own labels") {
    const auto with = [](std::string_view content) {
        return read_container(R"("secrets": ["s"])", {{"S", std::string(content)}},
                              R"(, "secrets": {"s": {"environment": "S"}})");
    };
    CHECK(config_hash(with("one")) == config_hash(with("two")));
    CHECK(config_hash(with("one")) != config_hash(read_container("")));
    auto labelled = with("one");
    labelled.labels["dev.fairlead.owner"] = "me";
    CHECK(config_hash(labelled) == config_hash(with("one")));
    labelled.labels["other"] = "x";
    CHECK(config_hash(labelled) != config_hash(with("one")));
}
