// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include <fairlead/error.hpp>
#include <fairlead/testing/fake_script.hpp>

namespace fairlead::fake {

/// Reads the plugin's options, a JSON object; its README lists them.
///
/// Errors: `invalid_spec` with the path of what is wrong, and the likely word for an unknown one.
[[nodiscard]] Result<testing::FakeEngineScript> parse_options(std::string_view options);

} // namespace fairlead::fake
