// SPDX-License-Identifier: MIT
#include "networks.hpp"

#include <fmt/format.h>

#include <fairlead/labels.hpp>
#include <fairlead/version.hpp>

#include "engine_error.hpp"
#include "project_filter.hpp"

namespace fairlead::docker {

Result<bool> Networks::find(const Call& call, const NetworkSpec& network) {
    const std::string name = engine_name(network);
    const Result<Json> json = engine_.get(call, "/networks/" + url_encoded(name));
    if (!json) {
        if (json.error().code == Errc::not_found) {
            return false;
        }
        Error error = json.error();
        if (error.message.find("ambiguous") != std::string::npos) {
            error.code = Errc::conflict;
            error.hint =
                "Take the project down, which removes all of its networks, or remove them by hand.";
        }
        return std::unexpected(std::move(error));
    }
    // The engine also finds networks by the beginning of their id.
    if (text_of(at(*json, {"Name"})) != name) {
        return false;
    }
    if (network.external || text_of(at(*json, {"Labels", labels::project})) == network.project) {
        return true;
    }
    return call.failed(
        Errc::conflict,
        fmt::format("there is a network of that name which does not belong to project '{}'",
                    network.project),
        "Remove that network, or declare it external if it is to be shared.");
}

Result<HttpResponse> Networks::create(const Call& call, const NetworkSpec& network) {
    const Json body = {{"Name", engine_name(network)},
                       {"Driver", "bridge"},
                       {"CheckDuplicate", true},
                       {"Labels",
                        {{std::string(labels::project), network.project},
                         {std::string(labels::resource), network.name},
                         {std::string(labels::version), FAIRLEAD_VERSION}}}};
    Result<HttpExchange> exchange =
        engine_.begin(call, {.method = "POST", .target = "/networks/create", .body = json_text(body)});
    if (!exchange) {
        return std::unexpected(std::move(exchange.error()));
    }
    Result<HttpResponse> answer = exchange->finish(call, engine_.ordinary_deadline());
    if (!answer && (answer.error().code == Errc::cancelled || answer.error().code == Errc::timeout)) {
        unanswered_.emplace(std::move(*exchange));
        return std::unexpected(engine_.silent(std::move(answer.error())));
    }
    return answer;
}

/// Waits for a creation whose caller went away; whatever it came to, a look at the engine tells.
Result<void> Networks::settle(const Call& call) {
    if (unanswered_) {
        const Result<HttpResponse> answer = unanswered_->finish(call, engine_.ordinary_deadline());
        if (!answer && (answer.error().code == Errc::cancelled || answer.error().code == Errc::timeout)) {
            return std::unexpected(engine_.silent(answer.error()));
        }
        unanswered_.reset();
    }
    return {};
}

Result<void> Networks::ensure(const Call& parent, const NetworkSpec& network) {
    const Call call = parent.part("ensure network", engine_name(network));
    const Result<bool> there = find(call, network);
    if (!there) {
        return std::unexpected(there.error());
    }
    if (*there) {
        return {};
    }
    if (network.external) {
        return call.failed(Errc::not_found, "the external network does not exist",
                           "Create it ('docker network create'), or do not declare it external.");
    }
    const std::optional<Turnstile::Turn> turn = one_at_a_time_.enter(call.stop);
    if (!turn) {
        return call.failed(Errc::cancelled, "it was cancelled");
    }
    if (Result<void> settled = settle(call); !settled) {
        return settled;
    }
    const Result<bool> meanwhile = find(call, network);
    if (!meanwhile) {
        return std::unexpected(meanwhile.error());
    }
    if (*meanwhile) {
        return {};
    }
    const Result<HttpResponse> created = create(call, network);
    if (!created) {
        return std::unexpected(created.error());
    }
    if (is_success(created->status)) {
        return {};
    }
    if (created->status == 409) {
        // Another process was faster.
        const Result<bool> theirs = find(call, network);
        if (!theirs) {
            return std::unexpected(theirs.error());
        }
        if (*theirs) {
            return {};
        }
    }
    return std::unexpected(engine_error(call, *created));
}

Result<void> Networks::connect(const Call& parent, const std::string& network,
                               const std::string& container, const std::vector<std::string>& aliases) {
    const Call call = parent.part("connect to network", network);
    const Json body = {{"Container", container}, {"EndpointConfig", {{"Aliases", aliases}}}};
    const Result<HttpResponse> answer =
        engine_.request(call, {.method = "POST",
                               .target = fmt::format("/networks/{}/connect", url_encoded(network)),
                               .body = json_text(body)});
    if (!answer) {
        return std::unexpected(answer.error());
    }
    if (!is_success(answer->status)) {
        return std::unexpected(engine_error(call, *answer));
    }
    return {};
}

Result<void> Networks::remove_all(const Call& parent, std::string_view project) {
    const std::optional<Turnstile::Turn> turn = one_at_a_time_.enter(parent.stop);
    if (!turn) {
        return parent.failed(Errc::cancelled, "it was cancelled");
    }
    if (Result<void> settled = settle(parent); !settled) {
        return settled;
    }
    const Result<Json> list = engine_.get(parent, "/networks?filters=" + project_filter(project));
    if (!list) {
        return std::unexpected(list.error());
    }
    std::vector<Error> failures;
    for (const Json& network : *list) {
        const Call call = parent.part("remove network", text_of(at(network, {"Name"})));
        const Result<HttpResponse> answer =
            engine_.request(call, {.method = "DELETE",
                                   .target = "/networks/" + url_encoded(text_of(at(network, {"Id"})))});
        if (!answer) {
            failures.push_back(answer.error());
        } else if (!is_success(answer->status) && answer->status != 404) {
            Error error = engine_error(call, *answer);
            if (answer->status == 403 || answer->status == 409) {
                error.code = Errc::conflict;
                error.hint = "Remove the containers that use it first.";
            }
            failures.push_back(std::move(error));
        }
    }
    return all_of_them(std::move(failures));
}

} // namespace fairlead::docker
