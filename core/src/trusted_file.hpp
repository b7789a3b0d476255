// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <utility>

#include <fairlead/error.hpp>

namespace fairlead {

/// A file that is open and that nobody but root and the caller can have written. As long as it is open,
/// what was checked can be loaded through `path()`, whatever happens to the name meanwhile.
class TrustedFile {
public:
    /// Errors: `not_found` (no such directory or file), `plugin_rejected` (with the reason).
    [[nodiscard]] static Result<TrustedFile> open(const std::filesystem::path& directory,
                                                  const std::string& name);

    TrustedFile(TrustedFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    TrustedFile& operator=(TrustedFile&& other) noexcept {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }
    ~TrustedFile();

    /// The open file by a name of its own. It holds the process id, so that debuggers and symbolisers,
    /// which are other processes, can open it too.
    [[nodiscard]] std::string path() const;

    /// Keeps the file open until the process ends.
    void keep() noexcept { descriptor_ = -1; }

private:
    explicit TrustedFile(int descriptor) noexcept : descriptor_(descriptor) {}

    int descriptor_;
};

} // namespace fairlead
