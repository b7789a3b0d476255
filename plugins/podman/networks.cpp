// SPDX-License-Identifier: MIT
#include "networks.hpp"

#include <fmt/format.h>

#include <fairlead/labels.hpp>
#include <fairlead/version.hpp>

#include "engine_error.hpp"
#include "outcome.hpp"

namespace fairlead::podman {

Result<bool> Networks::find(const Call& call, const NetworkSpec& network) {
    const std::string name = engine_name(network);
    const Result<Finished> finished = engine_.run(call, {"network", "inspect", "--", name});
    if (!finished) {
        return std::unexpected(finished.error());
    }
    if (finished->ending.code != 0) {
        Error error = engine_error(call, *finished);
        return error.code == Errc::not_found ? Result<bool>(false) : std::unexpected(std::move(error));
    }
    const Result<Json> array = read_array(call, finished->out);
    if (!array) {
        return std::unexpected(array.error());
    }
    // Podman also finds networks by the beginning of their id.
    if (array->empty() || text_of(at(array->front(), {"name"})) != name) {
        return false;
    }
    const Json& found = array->front();
    if (network.external) {
        return true;
    }
    if (text_of(at(found, {"labels", labels::project})) != network.project) {
        return call.failed(
            Errc::conflict,
            fmt::format("there is a network of that name which does not belong to project '{}'",
                        network.project),
            "Remove that network, or declare it external if it is to be shared.");
    }
    if (!flag_of(at(found, {"dns_enabled"}))) {
        return call.failed(
            Errc::unsupported,
            "the network has no name service, so services would not find each other by name",
            "Install netavark and aardvark-dns (or, for CNI, the dnsname plugin), remove the network "
            "and try again; 'podman info' shows the network backend.");
    }
    return true;
}

Result<void> Networks::create(const Call& call, const NetworkSpec& network) {
    const auto label = [](std::string_view key, std::string_view value) {
        return fmt::format("--label={}={}", key, value);
    };
    const Result<Finished> created =
        engine_.run(call, {"network", "create", label(labels::project, network.project),
                           label(labels::resource, network.name),
                           label(labels::version, FAIRLEAD_VERSION), "--", engine_name(network)});
    if (!created) {
        return std::unexpected(created.error());
    }
    // Another process may have been faster.
    if (created->ending.code != 0 && !is_already_there(*created)) {
        return std::unexpected(engine_error(call, *created));
    }
    const Result<bool> there = find(call, network);
    if (!there) {
        return std::unexpected(there.error());
    }
    return *there ? Result<void>{} : call.failed(Errc::engine_failed, "it was created and is gone again");
}

Result<void> Networks::ensure(const Call& parent, const NetworkSpec& network) {
    const Call call = parent.part("ensure network", engine_name(network));
    const std::optional<Turnstile::Turn> turn = one_at_a_time_.enter(call.stop);
    if (!turn) {
        return call.cancelled();
    }
    const Result<bool> there = find(call, network);
    if (!there) {
        return std::unexpected(there.error());
    }
    if (!*there) {
        if (network.external) {
            return call.failed(Errc::not_found, "the external network does not exist",
                               "Create it ('podman network create'), or do not declare it external.");
        }
        if (Result<void> created = create(call, network); !created) {
            return created;
        }
    }
    const std::lock_guard lock(mutex_);
    seen_.insert(engine_name(network));
    return {};
}

Result<void> Networks::ensure_once(const Call& call, const NetworkSpec& network) {
    {
        const std::lock_guard lock(mutex_);
        if (seen_.contains(engine_name(network))) {
            return {};
        }
    }
    return ensure(call, network);
}

void Networks::forget() {
    const std::lock_guard lock(mutex_);
    seen_.clear();
}

Result<void> Networks::remove_all(const Call& parent, std::string_view project) {
    forget();
    const Result<std::string> names =
        engine_.ask(parent, {"network", "ls", "--format={{.Name}}",
                             fmt::format("--filter=label={}={}", labels::project, project)});
    if (!names) {
        return std::unexpected(names.error());
    }
    std::vector<Error> failures;
    for (const std::string& name : lines_of(*names)) {
        const Call call = parent.part("remove network", name);
        const Result<std::string> removed = engine_.ask(call, {"network", "rm", "--", name});
        if (removed || removed.error().code == Errc::not_found) {
            continue;
        }
        Error error = removed.error();
        if (error.code == Errc::conflict) {
            error.hint = "Remove the containers that use it first.";
        }
        failures.push_back(std::move(error));
    }
    return all_of_them(std::move(failures));
}

} // namespace fairlead::podman
