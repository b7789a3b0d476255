// SPDX-License-Identifier: MIT
#include "containers.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "engine_error.hpp"
#include "project_filter.hpp"

namespace fairlead::docker {
namespace {

constexpr std::size_t id_length = 64;

bool is_full_id(std::string_view id) {
    return id.size() == id_length && id.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string path(std::string_view id, std::string_view rest) {
    return fmt::format("/containers/{}{}", url_encoded(id), rest);
}

} // namespace

Error foreign(const Call& call) {
    return call.error(Errc::conflict, "this container was not created by fairlead",
                      "It is left alone; remove or rename it by hand if it is in the way.");
}

Result<Inspection> Containers::inspect(const Call& call, const std::string& id) {
    if (!is_full_id(id)) {
        return call.failed(Errc::not_found,
                           "there is no such container: it is not a full id of this engine");
    }
    const Result<Json> json = engine_.get(call, path(id, "/json"));
    if (!json) {
        return std::unexpected(json.error());
    }
    return read_inspection(*json);
}

Result<std::optional<Inspection>> Containers::find(const Call& call, std::string_view name) {
    const Result<Json> json = engine_.get(call, path(name, "/json"));
    if (!json) {
        if (json.error().code == Errc::not_found) {
            return std::optional<Inspection>{};
        }
        return std::unexpected(json.error());
    }
    Inspection found = read_inspection(*json);
    if (found.status.name != name) {
        // The engine took the name for the beginning of an id.
        return std::optional<Inspection>{};
    }
    return std::optional(std::move(found));
}

Result<std::vector<Inspection>> Containers::list(const Call& call, std::string_view project) {
    const Result<Json> list =
        engine_.get(call, "/containers/json?all=1&filters=" + project_filter(project));
    if (!list) {
        return std::unexpected(list.error());
    }
    // The list itself tells neither exit codes nor health.
    std::vector<Inspection> found;
    for (const Json& entry : *list) {
        Result<Inspection> inspection = inspect(call, text_of(at(entry, {"Id"})));
        if (inspection) {
            found.push_back(std::move(*inspection));
        } else if (inspection.error().code != Errc::not_found) {
            return std::unexpected(std::move(inspection.error()));
        }
    }
    std::ranges::sort(found, {},
                      [](const Inspection& each) -> const std::string& { return each.status.name; });
    return found;
}

Result<void> Containers::send_signal(const Call& call, const std::string& id, const std::string& signal) {
    const Result<HttpResponse> answer = engine_.request(
        call, {.method = "POST", .target = path(id, "/kill?signal=" + url_encoded(signal))});
    if (!answer) {
        return std::unexpected(answer.error());
    }
    // Gone, or no longer running: what the signal was for has happened.
    if (!is_success(answer->status) && answer->status != 404 && answer->status != 409) {
        return std::unexpected(engine_error(call, *answer));
    }
    return {};
}

Result<Containers::Ended> Containers::await_end(const Call& call, const std::string& id,
                                                Clock::time_point deadline) {
    Result<HttpExchange> exchange =
        engine_.begin(call, {.method = "POST", .target = path(id, "/wait?condition=not-running")});
    if (!exchange) {
        return std::unexpected(std::move(exchange.error()));
    }
    const Result<HttpResponse> answer = exchange->finish(call, deadline);
    if (!answer) {
        if (answer.error().code == Errc::timeout) {
            return Ended::not_yet;
        }
        return std::unexpected(answer.error());
    }
    if (!is_success(answer->status) && answer->status != 404) {
        return std::unexpected(engine_error(call, *answer));
    }
    return Ended::yes;
}

Result<void> Containers::stop_restarting(const Call& call, const std::string& id) {
    const Result<HttpResponse> answer =
        engine_.request(call, {.method = "POST", .target = path(id, "/stop?t=0")});
    if (!answer) {
        return std::unexpected(answer.error());
    }
    if (!is_success(answer->status) && answer->status != 304 && answer->status != 404) {
        return std::unexpected(engine_error(call, *answer));
    }
    return {};
}

Result<void> Containers::stop(const Call& call, const std::string& id, std::chrono::milliseconds grace) {
    const Result<Inspection> now = inspect(call, id);
    if (!now) {
        return now.error().code == Errc::not_found ? Result<void>{} : std::unexpected(now.error());
    }
    if (!now->ours) {
        return std::unexpected(foreign(call));
    }
    if (now->restarting) {
        return stop_restarting(call, id);
    }
    if (!now->running) {
        return {};
    }
    if (grace > std::chrono::milliseconds::zero()) {
        const std::string signal = now->stop_signal.empty() ? "SIGTERM" : now->stop_signal;
        if (Result<void> sent = send_signal(call, id, signal); !sent) {
            return sent;
        }
        const Result<Ended> ended = await_end(call, id, deadline_in(grace));
        if (!ended) {
            return std::unexpected(ended.error());
        }
        if (*ended == Ended::yes) {
            return {};
        }
    }
    if (Result<void> killed = send_signal(call, id, "SIGKILL"); !killed) {
        return killed;
    }
    const Result<Ended> ended = await_end(call, id, engine_.ordinary_deadline());
    if (!ended) {
        return std::unexpected(ended.error());
    }
    if (*ended == Ended::not_yet) {
        return call.failed(
            Errc::engine_failed, "the container was killed and does not end",
            "A process in an uninterruptible state, or the engine, holds it; see the engine's log.");
    }
    return {};
}

Result<void> Containers::remove(const Call& call, std::string_view name) {
    const Result<std::optional<Inspection>> found = find(call, name);
    if (!found) {
        return std::unexpected(found.error());
    }
    if (!*found) {
        return {};
    }
    if (!(*found)->ours) {
        return std::unexpected(foreign(call));
    }
    return remove_by_id(call, (*found)->status.id.value());
}

Result<void> Containers::remove_by_id(const Call& call, const std::string& id) {
    const Result<HttpResponse> answer =
        engine_.request(call, {.method = "DELETE", .target = path(id, "?force=1&v=1")});
    if (!answer) {
        return std::unexpected(answer.error());
    }
    if (is_success(answer->status) || answer->status == 404) {
        return {};
    }
    if (answer->status == 409) {
        // Somebody else is removing it.
        return await_removal(call, id);
    }
    return std::unexpected(engine_error(call, *answer));
}

Result<void> Containers::await_removal(const Call& call, const std::string& id) {
    Result<HttpExchange> exchange =
        engine_.begin(call, {.method = "POST", .target = path(id, "/wait?condition=removed")});
    if (!exchange) {
        return std::unexpected(std::move(exchange.error()));
    }
    const Result<HttpResponse> answer = exchange->finish(call, engine_.ordinary_deadline());
    if (!answer) {
        return std::unexpected(engine_.silent(answer.error()));
    }
    if (!is_success(answer->status) && answer->status != 404) {
        return std::unexpected(engine_error(call, *answer));
    }
    const Result<Inspection> still = inspect(call, id);
    if (still) {
        return call.failed(Errc::engine_failed,
                           "the engine began to remove the container and did not finish",
                           "Try again; if it stays, restart the engine.");
    }
    return still.error().code == Errc::not_found ? Result<void>{} : std::unexpected(still.error());
}

} // namespace fairlead::docker
