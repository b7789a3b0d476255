// SPDX-License-Identifier: MIT
#include "tar_writer.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <new>
#include <utility>

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace fairlead::plugin {
namespace {

constexpr std::size_t piece_size = 64UL * 1024;

la_ssize_t pass_on(archive*, void* sink, const void* data, std::size_t size) {
    const bool taken = (*static_cast<TarWriter::Sink*>(sink))({static_cast<const char*>(data), size});
    return taken ? static_cast<la_ssize_t>(size) : -1;
}

std::unexpected<Error> cannot_read(const std::filesystem::path& path, int number) {
    return fail({.code = Errc::invalid_spec,
                 .operation = "pack",
                 .subject = path.string(),
                 .message = fmt::format("it cannot be read: {}", std::strerror(number))});
}

struct Descriptor {
    int value;
    explicit Descriptor(int descriptor) : value(descriptor) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (value >= 0) {
            ::close(value);
        }
    }
};

} // namespace

struct TarWriter::Header {
    const std::string& name;
    mode_t type;
    std::uint32_t mode;
    Owner owner;
    std::int64_t size = 0;
    std::time_t modified = 0;
    const char* link = nullptr;
};

TarWriter::TarWriter(Sink sink)
    : sink_(std::move(sink)), archive_(archive_write_new(), &archive_write_free) {
    if (!archive_) {
        throw std::bad_alloc();
    }
    archive_write_set_format_pax_restricted(archive_.get());
    archive_write_set_bytes_in_last_block(archive_.get(), 1);
    archive_write_open(archive_.get(), &sink_, nullptr, &pass_on, nullptr);
}

TarWriter::~TarWriter() {
    // Freeing would otherwise write the end mark of an archive that was given up.
    archive_write_fail(archive_.get());
}

Result<void> TarWriter::write_header(const Header& header) {
    const std::unique_ptr<archive_entry, void (*)(archive_entry*)> entry(archive_entry_new(),
                                                                         &archive_entry_free);
    if (!entry) {
        throw std::bad_alloc();
    }
    archive_entry_set_pathname(entry.get(), header.name.c_str());
    archive_entry_set_filetype(entry.get(), header.type);
    archive_entry_set_perm(entry.get(), header.mode);
    archive_entry_set_uid(entry.get(), header.owner.uid);
    archive_entry_set_gid(entry.get(), header.owner.gid);
    archive_entry_set_mtime(entry.get(), header.modified, 0);
    if (header.link != nullptr) {
        archive_entry_set_symlink(entry.get(), header.link);
    } else {
        archive_entry_set_size(entry.get(), header.size);
    }
    if (archive_write_header(archive_.get(), entry.get()) < ARCHIVE_WARN) {
        return fail(error(header.name));
    }
    return {};
}

Result<void> TarWriter::add_folder(const std::string& name, std::uint32_t mode, Owner owner) {
    return write_header({.name = name, .type = AE_IFDIR, .mode = mode, .owner = owner});
}

Result<void> TarWriter::add_file(const std::string& name, std::uint32_t mode, Owner owner,
                                 std::string_view content) {
    if (Result<void> written = write_header({.name = name,
                                             .type = AE_IFREG,
                                             .mode = mode,
                                             .owner = owner,
                                             .size = static_cast<std::int64_t>(content.size())});
        !written) {
        return written;
    }
    if (archive_write_data(archive_.get(), content.data(), content.size()) < 0) {
        return fail(error(name));
    }
    return {};
}

Result<void> TarWriter::add_symlink(const std::string& name, const std::string& target, Owner owner) {
    return write_header(
        {.name = name, .type = AE_IFLNK, .mode = 0777, .owner = owner, .link = target.c_str()});
}

Result<void> TarWriter::add_file_from(const std::string& name, const std::filesystem::path& path,
                                      Owner owner) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
    struct stat info{};
    if (file.value < 0 || ::fstat(file.value, &info) != 0) {
        return cannot_read(path, errno);
    }
    if (!S_ISREG(info.st_mode)) {
        return cannot_read(path, EINVAL);
    }
    if (Result<void> written = write_header({.name = name,
                                             .type = AE_IFREG,
                                             .mode = info.st_mode & 07777U,
                                             .owner = owner,
                                             .size = info.st_size,
                                             .modified = info.st_mtime});
        !written) {
        return written;
    }
    std::array<char, piece_size> piece{};
    std::int64_t left = info.st_size;
    while (left > 0) {
        const ssize_t got = ::read(file.value, piece.data(), piece.size());
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return cannot_read(path, errno);
        }
        if (got == 0) {
            // It shrank meanwhile; libarchive fills the rest with zeros.
            return {};
        }
        if (archive_write_data(archive_.get(), piece.data(), static_cast<std::size_t>(got)) < 0) {
            return fail(error(name));
        }
        left -= got;
    }
    return {};
}

Result<void> TarWriter::finish() {
    if (archive_write_close(archive_.get()) != ARCHIVE_OK) {
        return fail(error("the end"));
    }
    return {};
}

Error TarWriter::error(std::string_view name) const {
    const char* text = archive_error_string(archive_.get());
    return {.code = Errc::internal,
            .operation = "pack",
            .subject = std::string(name),
            .message = text == nullptr ? "the archive cannot be written" : text};
}

} // namespace fairlead::plugin
