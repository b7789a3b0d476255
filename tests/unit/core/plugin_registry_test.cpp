// SPDX-License-Identifier: MIT
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <dlfcn.h>
#include <doctest/doctest.h>
#include <stdlib.h>
#include <unistd.h>

#include <fairlead/plugin.hpp>
#include <fairlead/plugin_registry.hpp>

using namespace fairlead;
namespace fs = std::filesystem;

namespace {

fs::path fixtures() {
    return std::getenv("FAIRLEAD_TEST_FIXTURES");
}

/// A folder of its own for each test, gone afterwards.
class Folder {
public:
    Folder() {
        std::string name = (fs::temp_directory_path() / "fairlead-registry-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path = name;
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { fs::remove_all(path); }

    /// Copies a fixture into the folder.
    fs::path add(const std::string& name) const {
        const fs::path file = path / ("fairlead-" + name + ".so");
        fs::copy_file(fixtures() / file.filename(), file);
        fs::permissions(file, fs::perms::owner_all);
        return file;
    }

    fs::path path;
};

/// The error of loading `name` from these directories.
Error refusal(const std::vector<fs::path>& directories, const std::string& name) {
    const auto runtime = PluginRegistry(directories).load(name);
    REQUIRE_FALSE(runtime);
    return runtime.error();
}

bool mentions(const Error& error, const std::string& text) {
    return to_string(error).find(text) != std::string::npos;
}

} // namespace

TEST_CASE("a name that is not lower-case letters, digits and dashes never reaches the file system") {
    for (const char* name :
         {"", "..", "../fake", "a/b", "/fake", "Fake", "1fake", "-fake", "fa ke", "fake.so"}) {
        CAPTURE(name);
        CHECK(refusal({"/"}, name).code == Errc::invalid_spec);
    }
}

TEST_CASE("a plugin that is not there is reported with every path tried and why it was passed over") {
    const Folder empty;
    const Error error = refusal({"relative", "/no/such/folder", empty.path}, "nothing");
    CHECK(error.code == Errc::plugin_not_found);
    CHECK(mentions(error, "relative: not an absolute path"));
    CHECK(mentions(error, "/no/such/folder: No such file or directory"));
    CHECK(mentions(error, (empty.path / "fairlead-nothing.so").string() + ": No such file or directory"));
}

TEST_CASE(
    "a plugin with another ABI number, toolchain or descriptor is refused with both sides' values") {
    const Folder folder;
    for (const char* name : {"wrong-abi", "wrong-toolchain", "wrong-size", "other-name"}) {
        folder.add(name);
    }
    const Error abi = refusal({folder.path}, "wrong-abi");
    CHECK(abi.code == Errc::plugin_rejected);
    CHECK(mentions(abi, "plugin ABI 999, this host has " + std::to_string(plugin_abi)));
    const Error toolchain = refusal({folder.path}, "wrong-toolchain");
    CHECK(mentions(toolchain, "'gcc-1 libfoo fairlead-0'"));
    CHECK(mentions(toolchain, toolchain_tag));
    CHECK(mentions(refusal({folder.path}, "wrong-size"),
                   "its descriptor has 8 bytes, this host's has " +
                       std::to_string(sizeof(fairlead_plugin_descriptor))));
    CHECK(mentions(refusal({folder.path}, "other-name"), "it calls itself 'somebody-else'"));
}

TEST_CASE("a file that is no plugin is refused and the reason named") {
    const Folder folder;
    folder.add("no-symbol");
    CHECK(mentions(refusal({folder.path}, "no-symbol"), "does not export the symbol fairlead_plugin"));
    std::ofstream(folder.path / "fairlead-text.so") << std::string(4096, 'x');
    const Error text = refusal({folder.path}, "text");
    CHECK(mentions(text, "the dynamic linker refuses it"));
    CHECK(mentions(text, "invalid ELF header"));
    fs::create_directory(folder.path / "fairlead-folder.so");
    CHECK(mentions(refusal({folder.path}, "folder"), "not a regular file"));
}

TEST_CASE("a library that is cut off is refused and does not take the process down, wherever it ends") {
    const Folder folder;
    const fs::path file = folder.add("wrong-abi");
    for (const auto length : {2000, 1000, 100}) {
        CAPTURE(length);
        // Another file each time: the one that has been loaded stays mapped.
        fs::remove(file);
        fs::resize_file(folder.add("wrong-abi"), length);
        CHECK(mentions(refusal({folder.path}, "wrong-abi"), "it is cut off"));
    }
    fs::remove(file);
    fs::resize_file(folder.add("wrong-abi"), 10);
    CHECK(mentions(refusal({folder.path}, "wrong-abi"), "file too short"));
}

TEST_CASE("a plugin whose own dependency is missing is refused, and the dependency named") {
    const Folder folder;
    folder.add("needs-ghost");
    const Error error = refusal({folder.path}, "needs-ghost");
    CHECK(error.code == Errc::plugin_rejected);
    CHECK(mentions(error, "libghost.so"));
}

TEST_CASE("a file or folder that others can write to, or that is somebody else's, is refused") {
    const Folder folder;
    const fs::path file = folder.add("returns-null");
    for (const auto perms : {fs::perms::group_write, fs::perms::others_write}) {
        fs::permissions(file, perms, fs::perm_options::add);
        CHECK(mentions(refusal({folder.path}, "returns-null"), "others can write to it"));
        fs::permissions(file, perms, fs::perm_options::remove);
        fs::permissions(folder.path, perms, fs::perm_options::add);
        const Error error = refusal({folder.path}, "returns-null");
        CHECK(error.subject == folder.path);
        CHECK(mentions(error, "others can write to it"));
        fs::permissions(folder.path, perms, fs::perm_options::remove);
    }
    if (::geteuid() != 0) {
        MESSAGE("the owner cannot be changed without root; that part is left out");
        return;
    }
    REQUIRE(::chown(file.c_str(), 12345, 12345) == 0);
    CHECK(mentions(refusal({folder.path}, "returns-null"), "it belongs to user 12345"));
}

TEST_CASE("a link is judged by the file and folder it leads to") {
    const Folder open_to_all;
    const Folder folder;
    const fs::path file = open_to_all.add("returns-null");
    fs::create_symlink(file, folder.path / file.filename());
    CHECK(mentions(refusal({folder.path}, "returns-null"), "gave no reason"));
    fs::permissions(open_to_all.path, fs::perms::others_write, fs::perm_options::add);
    CHECK(mentions(refusal({folder.path}, "returns-null"), "others can write to it"));
}

TEST_CASE("a refused file ends the search: a later directory does not stand in for it") {
    const Folder first;
    const Folder second;
    first.add("wrong-abi");
    second.add("wrong-abi");
    fs::permissions(first.path, fs::perms::others_write, fs::perm_options::add);
    CHECK(refusal({first.path, second.path}, "wrong-abi").subject == first.path);
}

TEST_CASE("a factory that throws or returns nothing is an error, not a crash") {
    const Folder folder;
    folder.add("throws");
    folder.add("returns-null");
    CHECK(mentions(refusal({folder.path}, "throws"), "bad options: {}"));
    const Error nothing = refusal({folder.path}, "returns-null");
    CHECK(nothing.code == Errc::plugin_rejected);
    CHECK(mentions(nothing, "returned nothing and gave no reason"));
}

TEST_CASE("a decoy in the working directory or on LD_LIBRARY_PATH is never loaded") {
    const Folder folder;
    folder.add("decoy");
    const Folder empty;
    const fs::path before = fs::current_path();
    fs::current_path(folder.path);
    ::setenv("LD_LIBRARY_PATH", folder.path.c_str(), 1);
    CHECK(refusal({empty.path}, "decoy").code == Errc::plugin_not_found);
    CHECK(PluginRegistry::standard().load("decoy").error().code == Errc::plugin_not_found);
    CHECK(std::getenv("FAIRLEAD_TEST_DECOY_RAN") == nullptr);
    // The decoy does run when it is asked for; otherwise the line above would show nothing.
    CHECK(refusal({folder.path}, "decoy").code == Errc::plugin_rejected);
    CHECK(std::getenv("FAIRLEAD_TEST_DECOY_RAN") != nullptr);
    ::unsetenv("LD_LIBRARY_PATH");
    fs::current_path(before);
}

TEST_CASE("a scan tells of every plugin whether it could be loaded, and why not") {
    const Folder folder;
    folder.add("returns-null");
    folder.add("wrong-abi");
    std::ofstream(folder.path / "unrelated.so") << "";
    const auto found = PluginRegistry({folder.path}).scan();
    REQUIRE(found.size() == 2);
    CHECK(found[0].name == "returns-null");
    CHECK(found[0].version == "1.0");
    CHECK_FALSE(found[0].refused);
    CHECK(found[1].name == "wrong-abi");
    CHECK(found[1].refused);
}

TEST_CASE("the environment's directories are searched before the build's own, and both are found") {
    const Folder folder;
    ::setenv("FAIRLEAD_PLUGIN_PATH", (":" + folder.path.string() + "::/x").c_str(), 1);
    const auto directories = PluginRegistry::standard({"/configured"}).directories();
    ::unsetenv("FAIRLEAD_PLUGIN_PATH");
    REQUIRE(directories.size() > 3);
    CHECK(directories[0] == "/configured");
    CHECK(directories[1] == folder.path);
    CHECK(directories[2] == "/x");
    CHECK(PluginRegistry::standard().load("fake"));
}

TEST_CASE("a runtime outlives the registry, and its library stays loaded after it") {
    std::shared_ptr<ContainerRuntime> runtime = PluginRegistry::standard().load("fake").value();
    CHECK(runtime->version().value().engine == "fake");
    Dl_info info{};
    REQUIRE(::dladdr(*reinterpret_cast<void**>(runtime.get()), &info) != 0);
    const std::string loaded_as = info.dli_fname;
    runtime.reset();
    void* still = ::dlopen(loaded_as.c_str(), RTLD_NOW | RTLD_NOLOAD);
    CHECK(still != nullptr);
    if (still != nullptr) {
        ::dlclose(still);
    }
}

TEST_CASE("thirty-two threads load the same and different plugins at once") {
    const Folder folder;
    folder.add("throws");
    const PluginRegistry registry = PluginRegistry::standard({folder.path});
    std::vector<std::shared_ptr<ContainerRuntime>> runtimes(32);
    std::vector<int> refused(32);
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < runtimes.size(); ++i) {
            threads.emplace_back([&, i] {
                if (auto runtime = registry.load("fake")) {
                    runtimes[i] = std::move(*runtime);
                }
                refused[i] = registry.load("throws") ? 0 : 1;
            });
        }
    }
    for (std::size_t i = 0; i < runtimes.size(); ++i) {
        CHECK(runtimes[i] != nullptr);
        CHECK(refused[i] == 1);
    }
}
