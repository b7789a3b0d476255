// SPDX-License-Identifier: MIT
#pragma once

/// Marks what libfairlead.so exports. Everything is hidden by default, so a missing mark is a link
/// error in the caller and never an accidental part of the ABI.
#define FAIRLEAD_API [[gnu::visibility("default")]]
