// SPDX-License-Identifier: MIT
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include <archive.h>
#include <archive_entry.h>
#include <doctest/doctest.h>
#include <unistd.h>

#include "build_context.hpp"
#include "temporary_folder.hpp"

using namespace fairlead;
using namespace fairlead::docker;
using fairlead::docker::test::TemporaryFolder;

namespace {

const Call call{.operation = "build image", .subject = "x"};

/// What a packed context holds: names, and contents or link targets.
std::map<std::string, std::string> contents(const BuildContext& context) {
    std::string bytes(context.size(), '\0');
    REQUIRE(::pread(context.file(), bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
    const std::unique_ptr<archive, int (*)(archive*)> tar(archive_read_new(), &archive_read_free);
    archive_read_support_format_tar(tar.get());
    archive_read_open_memory(tar.get(), bytes.data(), bytes.size());
    std::map<std::string, std::string> found;
    for (archive_entry* entry = nullptr; archive_read_next_header(tar.get(), &entry) == ARCHIVE_OK;) {
        std::string text(static_cast<std::size_t>(archive_entry_size(entry)), '\0');
        archive_read_data(tar.get(), text.data(), text.size());
        CHECK(archive_entry_uid(entry) == 0);
        const char* link = archive_entry_symlink(entry);
        found.emplace(archive_entry_pathname(entry), link == nullptr ? text : std::string("-> ") + link);
    }
    return found;
}

} // namespace

TEST_CASE("a context is packed without what its rules leave out, but with the Dockerfile and the rules") {
    const TemporaryFolder folder;
    folder.write("Dockerfile", "FROM x");
    folder.write(".dockerignore", "*\n!keep\nsub\n!sub/keep\n");
    folder.write("keep", "k");
    folder.write("gone", "g");
    folder.write("sub/keep", "s");
    folder.write("sub/gone", "g");
    const auto context = BuildContext::pack(call, {.context = folder.path()});
    REQUIRE(context);
    CHECK(context->dockerfile() == "Dockerfile");
    const std::map<std::string, std::string> expected = {{"Dockerfile", "FROM x"},
                                                         {".dockerignore", "*\n!keep\nsub\n!sub/keep\n"},
                                                         {"keep", "k"},
                                                         {"sub/keep", "s"}};
    CHECK(contents(*context) == expected);
}

TEST_CASE("links are kept as links, wherever they lead") {
    const TemporaryFolder folder;
    folder.write("Dockerfile", "");
    std::filesystem::create_symlink("/nowhere", folder.path() / "link");
    const auto context = BuildContext::pack(call, {.context = folder.path()});
    REQUIRE(context);
    CHECK(contents(*context)["link"] == "-> /nowhere");
}

TEST_CASE("a Dockerfile given as text or from outside the context is added under a name of its own") {
    const TemporaryFolder folder;
    folder.write("Other", "FROM outside");
    folder.write("context/a", "a");
    const auto given = BuildContext::pack(
        call, {.context = folder.path() / "context", .dockerfile_inline = "FROM text"});
    REQUIRE(given);
    CHECK(contents(*given)[given->dockerfile()] == "FROM text");
    const auto outside =
        BuildContext::pack(call, {.context = folder.path() / "context", .dockerfile = "../Other"});
    REQUIRE(outside);
    CHECK(contents(*outside)[outside->dockerfile()] == "FROM outside");
}

TEST_CASE("a missing Dockerfile is an error that names it") {
    const TemporaryFolder folder;
    const auto context = BuildContext::pack(call, {.context = folder.path()});
    REQUIRE_FALSE(context);
    CHECK(context.error().message.find("Dockerfile") != std::string::npos);
}
