// SPDX-License-Identifier: MIT
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include <fairlead/stack_file.hpp>

#include "../../core/src/stack_file/dotenv.hpp"
#include "../../core/src/stack_file/stack_reader.hpp"

/// Any bytes are read or refused, never worse; what is read can be written and read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

std::optional<std::string> environment(const std::string& name) {
    return name == "SET" ? std::optional<std::string>("value") : std::nullopt;
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace fairlead;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const StackFileOptions options{.project = {}, .environment = environment};
    const std::filesystem::path path = "/nonexistent/fuzz/compose.json";
    const auto file = stack_file::read_stack_text(text, path, options);
    if (file) {
        const auto again = stack_file::read_stack_text(write_stack(file->stack, true), path, options);
        if (!again || again->stack != file->stack) {
            std::abort();
        }
    } else if (to_string(file.error()).empty()) {
        std::abort();
    }
    (void)stack_file::read_runtime_text(text, path);

    stack_file::Diagnostics diagnostics("fuzz");
    stack_file::Variables variables;
    stack_file::read_dotenv(text, "fuzz", environment, variables, diagnostics);
    stack_file::read_raw_env(text, "fuzz", environment, variables, diagnostics);
    return 0;
}
