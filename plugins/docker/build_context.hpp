// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include <fairlead/container_spec.hpp>

#include "common/call.hpp"
#include "common_names.hpp"

namespace fairlead::docker {

/// A build's files, packed into a temporary file without a name, which ends with this object: a context
/// may be larger than memory.
class BuildContext {
public:
    /// Packs the context, less what its `.dockerignore` leaves out (`<dockerfile>.dockerignore` goes
    /// before). The Dockerfile is always in it, also one that lies outside the context or is given as
    /// text. Symbolic links are kept, owners become root, sockets and devices are left out.
    ///
    /// Errors: `invalid_spec` for a context or Dockerfile that cannot be read; `cancelled`; `internal`.
    static Result<BuildContext> pack(const Call& call, const BuildSpec& spec);

    BuildContext(BuildContext&& other) noexcept;
    BuildContext& operator=(BuildContext&&) = delete;
    ~BuildContext();

    [[nodiscard]] int file() const noexcept { return file_; }
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    /// The Dockerfile's name within.
    [[nodiscard]] const std::string& dockerfile() const noexcept { return dockerfile_; }

private:
    explicit BuildContext(int file) : file_(file) {}

    int file_;
    std::uint64_t size_ = 0;
    std::string dockerfile_;
};

} // namespace fairlead::docker
