// SPDX-License-Identifier: MIT
#include <string>

#include <doctest/doctest.h>

#include "engine_error.hpp"

using namespace fairlead;
using namespace fairlead::docker;

namespace {

const Call call{.operation = "start", .subject = "p.s"};

Errc start_code(int status, const std::string& message) {
    return start_error(call, {status, R"({"message":")" + message + "\"}"}).code;
}

} // namespace

TEST_CASE("an error's text is the engine's message, or the raw body, shortened") {
    CHECK(engine_message(R"({"message":"no"})") == "no");
    CHECK(engine_message("<html>Bad Gateway</html>\n") == "<html>Bad Gateway</html>");
    CHECK(engine_message(std::string(100'000, 'x')).size() < 3000);
}

TEST_CASE("a status decides the code of an error") {
    CHECK(engine_error(call, {404, "{}"}).code == Errc::not_found);
    CHECK(engine_error(call, {409, "x"}).code == Errc::conflict);
    CHECK(engine_error(call, {400, "x"}).code == Errc::invalid_spec);
    CHECK(engine_error(call, {500, "x"}).code == Errc::engine_failed);
    CHECK(engine_error(call, {301, ""}).code == Errc::protocol);
}

TEST_CASE("a start that fails tells a taken port, a bad command and a full disk apart") {
    CHECK(start_code(500, "Bind for 127.0.0.1:80 failed: port is already allocated") ==
          Errc::port_in_use);
    CHECK(start_code(500, "listen tcp 127.0.0.1:80: bind: address already in use") == Errc::port_in_use);
    CHECK(start_code(400, "exec: no such file or directory") == Errc::start_failed);
    CHECK(start_code(500, "write: no space left on device") == Errc::engine_failed);
    CHECK(start_code(404, "network x not found") == Errc::not_found);
}

TEST_CASE("only a missing image counts as one") {
    CHECK(is_missing_image({404, R"({"message":"No such image: a:latest"})"}));
    CHECK_FALSE(is_missing_image({404, R"({"message":"network a not found"})"}));
    CHECK_FALSE(is_missing_image({409, R"({"message":"No such image"})"}));
}

TEST_CASE("a refused pull is an unavailable image with a hint that fits") {
    CHECK(pull_error(call, "unauthorized: x").hint.find("docker login") != std::string::npos);
    CHECK(pull_error(call, "manifest unknown").hint.find("tag") != std::string::npos);
    CHECK(pull_error(call, "manifest unknown").code == Errc::image_unavailable);
    CHECK(pull_error(call, "no space left on device").code == Errc::engine_failed);
}
