// SPDX-License-Identifier: MIT
#include "elf_file.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <optional>
#include <system_error>

#include <elf.h>
#include <fmt/format.h>
#include <link.h>

namespace fairlead {
namespace {

constexpr unsigned char native_class = sizeof(void*) == 8 ? ELFCLASS64 : ELFCLASS32;

template <class T>
bool read_at(std::ifstream& file, std::uint64_t offset, T& value) {
    file.seekg(static_cast<std::streamoff>(offset));
    file.read(reinterpret_cast<char*>(&value), sizeof value);
    return file.good();
}

bool is_native_elf(const ElfW(Ehdr) & header) {
    return std::memcmp(header.e_ident, ELFMAG, SELFMAG) == 0 &&
           header.e_ident[EI_CLASS] == native_class && header.e_phentsize == sizeof(ElfW(Phdr));
}

/// Where the last byte that the linker will map ends, or absent if the table itself is cut off.
std::optional<std::uint64_t> mapped_end(std::ifstream& file, const ElfW(Ehdr) & header) {
    std::uint64_t end = 0;
    for (unsigned i = 0; i < header.e_phnum; ++i) {
        ElfW(Phdr) segment{};
        if (!read_at(file, header.e_phoff + i * sizeof segment, segment)) {
            return {};
        }
        if (segment.p_type == PT_LOAD) {
            end = std::max<std::uint64_t>(end, segment.p_offset + segment.p_filesz);
        }
    }
    return end;
}

} // namespace

Result<void> check_not_cut_off(const std::filesystem::path& path) {
    std::error_code error;
    const std::uint64_t size = std::filesystem::file_size(path, error);
    std::ifstream file(path, std::ios::binary);
    ElfW(Ehdr) header{};
    if (error || !read_at(file, 0, header) || !is_native_elf(header)) {
        return {};
    }
    const auto end = mapped_end(file, header);
    if (end && *end <= size) {
        return {};
    }
    return fail(
        {.code = Errc::plugin_rejected,
         .operation = "load plugin",
         .subject = path.string(),
         .message = end ? fmt::format("it is cut off: {} of at least {} bytes are there", size, *end)
                        : fmt::format("it is cut off after {} bytes", size),
         .hint = "Install it again; a copy may have been interrupted, or the disk was full."});
}

} // namespace fairlead
