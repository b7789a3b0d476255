// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <fairlead/error.hpp>

struct archive;

namespace fairlead::plugin {

/// Writes a tar archive, piece by piece, into a sink.
///
/// Errors: `internal`, with what failed; the archive is then worthless.
class TarWriter {
public:
    /// Takes bytes; false when it cannot.
    using Sink = std::function<bool(std::string_view)>;

    struct Owner {
        std::uint32_t uid = 0;
        std::uint32_t gid = 0;
    };

    explicit TarWriter(Sink sink);
    TarWriter(const TarWriter&) = delete;
    TarWriter& operator=(const TarWriter&) = delete;
    ~TarWriter();

    Result<void> add_folder(const std::string& name, std::uint32_t mode, Owner owner);
    Result<void> add_file(const std::string& name, std::uint32_t mode, Owner owner,
                          std::string_view content);
    Result<void> add_symlink(const std::string& name, const std::string& target, Owner owner);
    /// A file of the host, with its mode and modification time, read in pieces.
    Result<void> add_file_from(const std::string& name, const std::filesystem::path& path, Owner owner);

    Result<void> finish();

private:
    struct Header;

    Result<void> write_header(const Header& header);
    [[nodiscard]] Error error(std::string_view name) const;

    Sink sink_;
    std::unique_ptr<archive, int (*)(archive*)> archive_;
};

} // namespace fairlead::plugin
