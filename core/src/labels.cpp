// SPDX-License-Identifier: MIT
#include <fairlead/labels.hpp>

#include "owner.hpp"

namespace fairlead::labels {

std::string this_process() {
    return to_string(this_owner());
}

} // namespace fairlead::labels
