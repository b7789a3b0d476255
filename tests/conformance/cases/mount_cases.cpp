// SPDX-License-Identifier: MIT
#include <array>
#include <fstream>
#include <sstream>

#include "../bench.hpp"
#include "areas.hpp"

namespace fairlead::conformance {
namespace {

void bind(Bench& bench) {
    bench.file("greeting", "from the host\n");
    ContainerSpec spec = bench.shell("");
    spec.mounts = {BindMount{.source = bench.folder(), .target = "/host"}};
    expect_equal(bench.inside(spec, "cat /host/greeting; echo from inside >/host/answer"),
                 "from the host", "the file, seen from inside");
    std::ostringstream answer;
    answer << std::ifstream(bench.folder() / "answer").rdbuf();
    expect_equal(answer.str(), "from inside\n", "the file, seen from the host");
}

void bind_read_only(Bench& bench) {
    ContainerSpec spec = bench.shell("");
    spec.mounts = {
        BindMount{.source = bench.file("one file", "content"), .target = "/the file", .read_only = true}};
    expect_equal(bench.inside(spec, "cat '/the file'; (echo x >'/the file') 2>/dev/null && echo written "
                                    "|| echo refused"),
                 "contentrefused", "reading and writing");
}

void odd_paths(Bench& bench) {
    const auto source = bench.folder() / "a,b=c 'd' é";
    std::filesystem::create_directory(source);
    ContainerSpec spec = bench.shell("");
    spec.mounts = {BindMount{.source = source, .target = "/odd,place=x 'y' é"}};
    const auto started = bench.runtime().start(spec, bench.stop());
    if (!started) {
        // What cannot be said to the engine is refused; it never becomes another mount.
        error_of(started, Errc::unsupported);
        bench.expect_nothing_left();
        return;
    }
    value(bench.runtime().remove(container_name(spec), bench.stop()));
    bench.inside(spec, "echo x >\"/odd,place=x 'y' é/file\"");
    expect(std::filesystem::exists(source / "file"), "the file is in the folder of that very name");
}

void missing_source(Bench& bench) {
    const auto absent = bench.folder() / "absent";
    ContainerSpec spec = bench.spec();
    spec.mounts = {BindMount{.source = absent, .target = "/host"}};
    const auto started = bench.try_start(spec);
    expect(!started, "a source that is not there is an error");
    expect(!std::filesystem::exists(absent), "it is not made");
    expect_contains(to_string(started.error()), absent.string(), "the error");
    bench.expect_nothing_left();
}

void created_source(Bench& bench) {
    const auto absent = bench.folder() / "absent" / "deeper";
    ContainerSpec spec = bench.shell("");
    spec.mounts = {BindMount{.source = absent, .target = "/host", .create_host_path = true}};
    bench.inside(spec, "echo x >/host/file");
    expect(std::filesystem::exists(absent / "file"), "the folder was made, and is that of the container");
}

void volume_read_only(Bench& bench) {
    ContainerSpec spec = bench.shell("");
    spec.mounts = {
        VolumeMount{.volume = bench.project() + ".data", .target = "/data", .read_only = true}};
    expect_equal(bench.inside(spec, "(echo x >/data/file) 2>/dev/null && echo written || echo refused"),
                 "refused", "writing to it");
}

void volume_filled(Bench& bench) {
    // The image has its programs in /bin.
    for (const bool no_copy : {false, true}) {
        ContainerSpec spec = bench.shell("");
        spec.service = no_copy ? "empty" : "filled";
        spec.mounts = {VolumeMount{
            .volume = bench.project() + "." + spec.service, .target = "/etc", .no_copy = no_copy}};
        expect_equal(bench.inside(spec, "test -e /etc/passwd && echo filled || echo empty"), spec.service,
                     "the new volume");
    }
}

void volume_shared(Bench& bench) {
    ContainerSpec spec = bench.shell("echo from the first >/data/file; exec sleep 1000", "first");
    spec.mounts = {VolumeMount{.volume = bench.project() + ".data", .target = "/data"}};
    spec.healthcheck = HealthCheck{.test = {"CMD", "test", "-s", "/data/file"}};
    value(bench.runtime().wait_healthy(bench.start(spec), std::chrono::seconds{60}, bench.stop()));
    spec.service = "second";
    spec.healthcheck.reset();
    expect_equal(bench.inside(spec, "cat /data/file"), "from the first", "what the second sees");
}

void tmpfs(Bench& bench) {
    ContainerSpec spec = bench.shell("");
    spec.mounts = {TmpfsMount{.target = "/scratch", .size = 2ULL << 20U, .mode = 0750}};
    expect_equal(bench.inside(spec, "stat -f -c %T /scratch; stat -c %a /scratch; "
                                    "df -k /scratch | tail -n 1 | awk '{print $2}'"),
                 "tmpfs\n750\n2048", "its kind, mode and size in KiB");
}

void tmpfs_owner(Bench& bench) {
    ContainerSpec spec = bench.shell("");
    spec.mounts = {TmpfsMount{.target = "/scratch", .uid = 1234, .gid = 2345}};
    const auto started = bench.runtime().start(spec, bench.stop());
    if (!started) {
        error_of(started, Errc::unsupported);
        bench.expect_nothing_left();
        return;
    }
    value(bench.runtime().remove(container_name(spec), bench.stop()));
    expect_equal(bench.inside(spec, "stat -c %u:%g /scratch"), "1234:2345", "its owner");
}

const std::string& secret_content() {
    static const std::string content = "s3cr\xc3\xa9t \"quoted\"\n\nlast line without an end";
    return content;
}

/// The script prints mode, owner and content of a file.
std::string describe(const std::string& path) {
    return "stat -c '%a %u:%g' " + path + "; cat " + path;
}

void secret(Bench& bench) {
    ContainerSpec spec = bench.shell("");
    spec.secrets = {{.name = "token", .target = "/run/secrets/token", .content = secret_content()}};
    expect_equal(bench.inside(spec, describe("/run/secrets/token")), "444 0:0\n" + secret_content(),
                 "the file");
}

void secret_read_only_root(Bench& bench) {
    ContainerSpec spec = bench.shell("");
    spec.read_only = true;
    spec.secrets = {{.name = "token", .target = "/run/secrets/token", .content = secret_content()}};
    expect_equal(bench.inside(spec, describe("/run/secrets/token")), "444 0:0\n" + secret_content(),
                 "the file");
}

void secret_owned(Bench& bench) {
    ContainerSpec spec = bench.shell("");
    spec.user = "1234:2345";
    spec.secrets = {{.name = "token",
                     .target = "/run/secrets/own",
                     .content = secret_content(),
                     .uid = 1234,
                     .gid = 2345,
                     .mode = 0400}};
    expect_equal(bench.inside(spec, describe("/run/secrets/own")), "400 1234:2345\n" + secret_content(),
                 "the file");
}

void secret_bytes(Bench& bench) {
    std::string all;
    for (int byte = 0; byte < 256; ++byte) {
        all += static_cast<char>(byte);
    }
    ContainerSpec spec = bench.shell("");
    spec.secrets = {{.name = "key", .target = "/run/secrets/key", .content = all},
                    {.name = "none", .target = "/run/secrets/none", .content = ""}};
    std::string expected;
    for (const unsigned char byte : all) {
        expected += fmt::format("{:02x}", byte);
    }
    expect_equal(bench.inside(spec, "od -An -v -tx1 /run/secrets/key | tr -d ' \\n'; "
                                    "stat -c %s /run/secrets/none"),
                 expected + "0", "the bytes of one file and the size of the other");
}

void secret_not_in_labels(Bench& bench) {
    ContainerSpec spec = bench.spec();
    spec.secrets = {{.name = "token", .target = "/run/secrets/token", .content = "very-secret-word"}};
    const ContainerStatus status = bench.inspect(bench.start(spec));
    for (const auto& [key, text] : status.labels) {
        expect(text.find("very-secret-word") == std::string::npos, "the label " + key + " does not tell");
    }
}

void config(Bench& bench) {
    ContainerSpec spec = bench.shell("");
    spec.configs = {{.name = "settings",
                     .target = "/opt/deep/er/settings.ini",
                     .content = "[section]\nkey = value\n",
                     .mode = 0644}};
    expect_equal(bench.inside(spec, describe("/opt/deep/er/settings.ini")),
                 "644 0:0\n[section]\nkey = value", "the file");
}

constexpr Need volume = Need::processes | Need::volumes;

constexpr std::array cases = {
    Case{"mounts/bind", "a folder of the host is seen from both sides", Need::processes, bind},
    Case{"mounts/bind-read-only", "a read-only file of the host cannot be written", Need::processes,
         bind_read_only},
    Case{"mounts/odd-paths", "commas, quotes and equals signs in paths are part of the path",
         Need::processes, odd_paths},
    Case{"mounts/missing-source", "a source that is not there is an error and is not made",
         Need::processes, missing_source},
    Case{"mounts/created-source", "create_host_path makes the folder", Need::processes, created_source},
    Case{"mounts/volume-read-only", "a read-only volume cannot be written", volume, volume_read_only},
    Case{"mounts/volume-filled", "an empty volume takes what the image has there, unless no_copy", volume,
         volume_filled},
    Case{"mounts/volume-shared", "two containers share a named volume", volume, volume_shared},
    Case{"mounts/tmpfs", "a tmpfs has the size and mode asked for", Need::processes, tmpfs},
    Case{"mounts/tmpfs-owner", "a tmpfs has the owner asked for, or is refused", Need::processes,
         tmpfs_owner},
    Case{"secrets/plain", "a secret is a file of mode 0444 with exactly its content", Need::processes,
         secret},
    Case{"secrets/read-only-root", "a secret is there under a read-only root too", Need::processes,
         secret_read_only_root},
    Case{"secrets/owned", "a secret has the owner and mode asked for", Need::processes, secret_owned},
    Case{"secrets/bytes", "a secret may hold any bytes, or none", Need::processes, secret_bytes},
    Case{"secrets/labels", "no label tells a secret", Need::nothing, secret_not_in_labels},
    Case{"configs/plain", "a config is a file at its place, folders included", Need::processes, config},
};

} // namespace

std::span<const Case> mount_cases() {
    return cases;
}

} // namespace fairlead::conformance
