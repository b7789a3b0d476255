// SPDX-License-Identifier: MIT
#include "build_context.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "common/tar_writer.hpp"
#include "common_names.hpp"
#include "dockerignore.hpp"

namespace fairlead::docker {
namespace {

namespace fs = std::filesystem;

/// The name in the context of a Dockerfile that is not a file of it.
constexpr std::string_view given_dockerfile = ".fairlead.dockerfile";
constexpr std::string_view ignore_file = ".dockerignore";

std::optional<std::string> read_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return std::nullopt;
    }
    return std::string(std::istreambuf_iterator<char>(file), {});
}

/// Where the Dockerfile comes from: a file of the context by its name there, or a text that is added.
struct Dockerfile {
    std::string name;
    std::optional<std::string> text;
};

Result<Dockerfile> find_dockerfile(const Call& call, const BuildSpec& spec) {
    if (spec.dockerfile_inline) {
        return Dockerfile{std::string(given_dockerfile), spec.dockerfile_inline};
    }
    const fs::path named = spec.dockerfile.empty() ? "Dockerfile" : spec.dockerfile;
    const fs::path path = (spec.context / named).lexically_normal();
    const std::string inside = path.lexically_relative(spec.context.lexically_normal()).generic_string();
    std::optional<std::string> text = read_file(path);
    if (!text) {
        return call.failed(Errc::invalid_spec,
                           fmt::format("the Dockerfile {} cannot be read", path.string()),
                           "See whether 'context' and 'dockerfile' are right.");
    }
    if (inside.starts_with("..")) {
        return Dockerfile{std::string(given_dockerfile), std::move(text)};
    }
    return Dockerfile{inside, std::nullopt};
}

Dockerignore read_rules(const BuildSpec& spec, const Dockerfile& dockerfile) {
    if (!dockerfile.text) {
        if (const auto own = read_file(spec.context / (dockerfile.name + std::string(ignore_file)))) {
            return Dockerignore(*own);
        }
    }
    return Dockerignore(read_file(spec.context / ignore_file).value_or(std::string{}));
}

/// Goes through one context and adds what belongs into the archive.
class Packer {
public:
    Packer(const Call& call, const BuildSpec& spec, const Dockerfile& dockerfile, TarWriter& tar)
        : call_(call), root_(spec.context), dockerfile_(dockerfile), rules_(read_rules(spec, dockerfile)),
          tar_(tar) {}

    Result<void> add_folder(const fs::path& folder) {
        std::error_code error;
        std::vector<fs::directory_entry> entries;
        for (fs::directory_iterator each(folder, error), end; !error && each != end;
             each.increment(error)) {
            entries.push_back(*each);
        }
        if (error) {
            return call_.failed(Errc::invalid_spec,
                                fmt::format("{} cannot be read: {}", folder.string(), error.message()));
        }
        // In a fixed order, so that equal contexts are equal to the engine's cache.
        std::ranges::sort(entries);
        for (const fs::directory_entry& entry : entries) {
            if (call_.stop.stop_requested()) {
                return call_.failed(Errc::cancelled, "it was cancelled");
            }
            if (Result<void> added = add(entry); !added) {
                return added;
            }
        }
        return {};
    }

private:
    Result<void> add(const fs::directory_entry& entry) {
        const std::string name = entry.path().lexically_relative(root_).generic_string();
        const bool wanted = name == dockerfile_.name || name == ignore_file || !rules_.excludes(name);
        std::error_code error;
        switch (entry.symlink_status(error).type()) {
        case fs::file_type::directory:
            return add_subfolder(entry.path(), name, wanted);
        case fs::file_type::symlink:
            return wanted ? tar_.add_symlink(name, fs::read_symlink(entry.path(), error).string(), {})
                          : Result<void>{};
        case fs::file_type::regular:
            return wanted ? tar_.add_file_from(name, entry.path(), {}) : Result<void>{};
        case fs::file_type::none:
        case fs::file_type::not_found:
        case fs::file_type::block:
        case fs::file_type::character:
        case fs::file_type::fifo:
        case fs::file_type::socket:
        case fs::file_type::unknown:
            break;
        }
        return {};
    }

    Result<void> add_subfolder(const fs::path& path, const std::string& name, bool wanted) {
        const bool holds_dockerfile = dockerfile_.name.starts_with(name + "/");
        if (!wanted && !rules_.may_take_back() && !holds_dockerfile) {
            return {};
        }
        if (wanted) {
            std::error_code error;
            const auto mode =
                static_cast<std::uint32_t>(fs::status(path, error).permissions() & fs::perms::mask);
            if (Result<void> added = tar_.add_folder(name + "/", mode, {}); !added) {
                return added;
            }
        }
        return add_folder(path);
    }

    const Call& call_;
    const fs::path& root_;
    const Dockerfile& dockerfile_;
    const Dockerignore rules_;
    TarWriter& tar_;
};

bool write_all(int file, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(file, bytes.data(), bytes.size());
        if (written < 0 && errno != EINTR) {
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(written, 0)));
    }
    return true;
}

int unnamed_file() {
    std::error_code error;
    const fs::path folder = fs::temp_directory_path(error);
    const int file = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file >= 0) {
        return file;
    }
    // Some file systems know no files without a name.
    std::string name = (folder / "fairlead-XXXXXX").string();
    const int named = ::mkostemp(name.data(), O_CLOEXEC);
    if (named >= 0) {
        ::unlink(name.c_str());
    }
    return named;
}

} // namespace

Result<BuildContext> BuildContext::pack(const Call& call, const BuildSpec& spec) {
    const Result<Dockerfile> dockerfile = find_dockerfile(call, spec);
    if (!dockerfile) {
        return std::unexpected(dockerfile.error());
    }
    BuildContext context(unnamed_file());
    if (context.file_ < 0) {
        return call.failed(Errc::internal, fmt::format("no temporary file: {}", std::strerror(errno)),
                           "See whether TMPDIR can be written to.");
    }
    TarWriter tar([&context](std::string_view bytes) {
        context.size_ += bytes.size();
        return write_all(context.file_, bytes);
    });
    context.dockerfile_ = dockerfile->name;
    if (dockerfile->text) {
        if (Result<void> added = tar.add_file(dockerfile->name, 0644, {}, *dockerfile->text); !added) {
            return std::unexpected(std::move(added.error()));
        }
    }
    Packer packer(call, spec, *dockerfile, tar);
    if (Result<void> added = packer.add_folder(spec.context); !added) {
        return std::unexpected(std::move(added.error()));
    }
    if (Result<void> finished = tar.finish(); !finished) {
        return std::unexpected(std::move(finished.error()));
    }
    return context;
}

BuildContext::BuildContext(BuildContext&& other) noexcept
    : file_(std::exchange(other.file_, -1)), size_(other.size_),
      dockerfile_(std::move(other.dockerfile_)) {}

BuildContext::~BuildContext() {
    if (file_ >= 0) {
        ::close(file_);
    }
}

} // namespace fairlead::docker
