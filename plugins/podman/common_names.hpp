// SPDX-License-Identifier: MIT
#pragma once

namespace fairlead::plugin {}

namespace fairlead::podman {

/// What the plugins have in common goes by its plain name here.
using namespace plugin;

} // namespace fairlead::podman
