// SPDX-License-Identifier: MIT
#include "volumes.hpp"

#include <fmt/format.h>

#include <fairlead/labels.hpp>
#include <fairlead/version.hpp>

#include "engine_error.hpp"
#include "project_filter.hpp"

namespace fairlead::docker {
namespace {

/// The name in the stack file, which is what follows the project's name in the engine's.
std::string resource_name(const std::string& project, const std::string& volume) {
    const bool prefixed = volume.size() > project.size() + 1 && volume.starts_with(project) &&
                          (volume[project.size()] == '.' || volume[project.size()] == '_');
    return prefixed ? volume.substr(project.size() + 1) : volume;
}

Result<void> check_owner(const Call& call, const std::string& project, const Json& volume) {
    if (text_of(at(volume, {"Labels", labels::project})) == project) {
        return {};
    }
    return call.failed(
        Errc::conflict,
        fmt::format("there is a volume of that name which does not belong to project '{}'", project),
        "Declare the volume external if it is to be used as it is.");
}

} // namespace

Result<void> Volumes::ensure(const Call& parent, const std::string& project, const VolumeMount& mount) {
    const Call call = parent.part("ensure volume", mount.volume);
    const Result<Json> there = engine_.get(call, "/volumes/" + url_encoded(mount.volume));
    if (there) {
        return mount.external ? Result<void>{} : check_owner(call, project, *there);
    }
    if (there.error().code != Errc::not_found) {
        return std::unexpected(there.error());
    }
    if (mount.external) {
        return call.failed(Errc::not_found, "the external volume does not exist",
                           "Create it ('docker volume create'), or do not declare it external.");
    }
    const Json body = {{"Name", mount.volume},
                       {"Labels",
                        {{std::string(labels::project), project},
                         {std::string(labels::resource), resource_name(project, mount.volume)},
                         {std::string(labels::version), FAIRLEAD_VERSION}}}};
    const Result<HttpResponse> created =
        engine_.request(call, {.method = "POST", .target = "/volumes/create", .body = json_text(body)});
    if (!created) {
        return std::unexpected(created.error());
    }
    if (!is_success(created->status)) {
        return std::unexpected(engine_error(call, *created));
    }
    // Creating an existing volume succeeds and changes nothing: another may have been faster.
    return check_owner(call, project, parse_json(created->body).value_or(Json{}));
}

Result<void> Volumes::remove_all(const Call& parent, std::string_view project) {
    const Result<Json> list = engine_.get(parent, "/volumes?filters=" + project_filter(project));
    if (!list) {
        return std::unexpected(list.error());
    }
    std::vector<Error> failures;
    for (const Json& volume : at(*list, {"Volumes"})) {
        const Call call = parent.part("remove volume", text_of(at(volume, {"Name"})));
        const Result<HttpResponse> answer = engine_.request(
            call, {.method = "DELETE", .target = "/volumes/" + url_encoded(call.subject)});
        if (!answer) {
            failures.push_back(answer.error());
        } else if (!is_success(answer->status) && answer->status != 404) {
            Error error = engine_error(call, *answer);
            if (error.code == Errc::conflict) {
                error.hint = "Remove the containers that use it first.";
            }
            failures.push_back(std::move(error));
        }
    }
    return all_of_them(std::move(failures));
}

} // namespace fairlead::docker
