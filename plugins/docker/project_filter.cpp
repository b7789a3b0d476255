// SPDX-License-Identifier: MIT
#include "project_filter.hpp"

#include <iterator>
#include <utility>

#include <fmt/format.h>

#include <fairlead/labels.hpp>

#include "common/json.hpp"
#include "common_names.hpp"
#include "http_client.hpp"

namespace fairlead::docker {

std::string project_filter(std::string_view project) {
    const Json filter = {
        {"label", {fmt::format("{}{}{}", labels::project, project.empty() ? "" : "=", project)}}};
    return url_encoded(json_text(filter));
}

Result<void> all_of_them(std::vector<Error> failures) {
    if (failures.empty()) {
        return {};
    }
    Error first = std::move(failures.front());
    first.cleanup_failures.insert(first.cleanup_failures.end(),
                                  std::make_move_iterator(failures.begin() + 1),
                                  std::make_move_iterator(failures.end()));
    return std::unexpected(std::move(first));
}

} // namespace fairlead::docker
