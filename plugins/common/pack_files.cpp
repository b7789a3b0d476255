// SPDX-License-Identifier: MIT
#include "pack_files.hpp"

#include <utility>

#include "file_targets.hpp"
#include "tar_writer.hpp"

namespace fairlead::plugin {

Result<std::string> pack_files(const std::string& folder, const std::vector<const FileContent*>& files) {
    std::string bytes;
    TarWriter tar([&bytes](std::string_view piece) {
        bytes += piece;
        return true;
    });
    const std::size_t skipped = folder == "/" ? 1 : folder.size() + 1;
    bool secrets_folder = false;
    for (const FileContent* file : files) {
        const std::string target = normal_path(file->target);
        // The engine makes absent folders writable for all; this one, which images do not have, is given.
        if (folder == "/" && target.starts_with("/run/secrets/") && !secrets_folder) {
            secrets_folder = true;
            if (Result<void> added = tar.add_folder("run/secrets/", 0755, {}); !added) {
                return std::unexpected(std::move(added.error()));
            }
        }
        if (Result<void> added = tar.add_file(target.substr(skipped), file->mode,
                                              {.uid = file->uid, .gid = file->gid}, file->content);
            !added) {
            return std::unexpected(std::move(added.error()));
        }
    }
    if (Result<void> finished = tar.finish(); !finished) {
        return std::unexpected(std::move(finished.error()));
    }
    return bytes;
}

} // namespace fairlead::plugin
