// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <string_view>
#include <utility>

#include <fairlead/error.hpp>
#include <fairlead/runtime.hpp>
#include <fairlead/version.hpp>

/// The boundary between a host and a plugin.
///
/// A plugin is one shared library, `fairlead-<name>.so`, that exports exactly one symbol: the object
/// `fairlead_plugin` of the type below. The loader reads its first three members (size, ABI number,
/// toolchain tag) and refuses the plugin before any C++ type crosses if one of them differs from its
/// own; that is what allows C++ types, the standard library's included, in everything after.
namespace fairlead {

/// Changes whenever the descriptor or any class in `runtime.hpp` does.
inline constexpr std::uint32_t plugin_abi = 1;

/// What both sides must have in common for standard types to be the same: compiler and its major
/// version, standard library and its ABI, and fairlead's version.
inline constexpr const char* toolchain_tag =
#if defined(__clang__)
    "clang-"
#else
    "gcc-"
#endif
    FAIRLEAD_STRINGIZED_COMPILER_MAJOR
#if defined(_LIBCPP_VERSION)
    " libc++"
#elif _GLIBCXX_USE_CXX11_ABI
    " libstdc++-cxx11"
#else
    " libstdc++-cxx98"
#endif
    " fairlead-" FAIRLEAD_VERSION;

} // namespace fairlead

extern "C" {

/// Fixed layout; only appended to, never reordered.
struct fairlead_plugin_descriptor {
    /// `sizeof` as the plugin was compiled.
    std::uint32_t struct_size;
    /// `fairlead::plugin_abi` as the plugin was compiled.
    std::uint32_t abi;
    /// `fairlead::toolchain_tag` as the plugin was compiled.
    const char* toolchain;
    /// The name in `fairlead-<name>.so`.
    const char* name;
    /// The plugin's own version.
    const char* version;
    /// Makes a runtime from its options, a JSON object as text. Returns null and fills `error` when it
    /// cannot. Called from any thread; does not throw; `options` is not kept.
    fairlead::ContainerRuntime* (*create)(const char* options, fairlead::Error* error) noexcept;
    /// Ends what `create` returned. Called once for each, from any thread.
    void (*destroy)(fairlead::ContainerRuntime* runtime) noexcept;
};
}

namespace fairlead::detail {

/// The body of a descriptor's `create`, around `Class::create(options)`.
template <class Class>
ContainerRuntime* create_runtime(const char* options, Error* error) noexcept {
    try {
        Result<std::unique_ptr<ContainerRuntime>> made = Class::create(std::string_view(options));
        if (made) {
            return made->release();
        }
        *error = std::move(made.error());
    } catch (const std::exception& thrown) {
        *error = Error{.code = Errc::internal, .operation = "create runtime", .message = thrown.what()};
    } catch (...) {
        *error = Error{.code = Errc::internal,
                       .operation = "create runtime",
                       .message = "an exception of unknown type"};
    }
    return nullptr;
}

inline void destroy_runtime(ContainerRuntime* runtime) noexcept {
    delete runtime;
}

} // namespace fairlead::detail

/// All that a plugin needs besides its class: once, at namespace scope, in one source file.
/// `Class` has `static Result<std::unique_ptr<ContainerRuntime>> create(std::string_view options)`.
#define FAIRLEAD_RUNTIME_PLUGIN(plugin_name, plugin_version, Class)                                      \
    extern "C" FAIRLEAD_API const fairlead_plugin_descriptor fairlead_plugin;                            \
    extern "C" const fairlead_plugin_descriptor fairlead_plugin = {                                      \
        sizeof(fairlead_plugin_descriptor),                                                              \
        ::fairlead::plugin_abi,                                                                          \
        ::fairlead::toolchain_tag,                                                                       \
        plugin_name,                                                                                     \
        plugin_version,                                                                                  \
        &::fairlead::detail::create_runtime<Class>,                                                      \
        &::fairlead::detail::destroy_runtime,                                                            \
    };
