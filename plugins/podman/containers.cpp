// SPDX-License-Identifier: MIT
#include "containers.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <fairlead/labels.hpp>

#include "engine_error.hpp"
#include "outcome.hpp"
#include "run_arguments.hpp"

namespace fairlead::podman {
namespace {

constexpr std::size_t id_length = 64;
constexpr std::chrono::minutes longest_kill{2};
/// Of catching a container that ends and is started again all the time; two or three are needed.
constexpr int most_attempts = 100;

bool is_full_id(std::string_view id) {
    return id.size() == id_length && id.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Error foreign(const Call& call) {
    return call.error(Errc::conflict, "this container was not created by fairlead",
                      "It is left alone; remove or rename it by hand if it is in the way.");
}

bool is_gone(const Error& error) {
    return error.code == Errc::not_found;
}

/// What ends when the container does. Podman's restart policy revives what was only sent a signal, so for
/// such a container it is `stop`, which also sends the signal; it knows whole seconds only and gets more
/// than it needs, so that the kill comes from here, in time.
Command ending_of(const Inspection& container, std::chrono::milliseconds grace) {
    const std::string& id = container.status.id.value();
    if (!container.restarts_by_itself) {
        return {.arguments = {"wait", "--", id}, .dies_with_us = true};
    }
    const auto seconds =
        grace.count() == 0 ? 0 : std::chrono::ceil<std::chrono::seconds>(grace).count() + 5;
    // Interruptible: a stop that is cancelled must not kill later.
    return {.arguments = {"stop", fmt::format("--time={}", seconds), "--", id},
            .dies_with_us = true,
            .interruptible = true};
}

/// Whether all have ended by then.
Result<bool> all_end(const Call& call, std::vector<Process>& processes, Clock::time_point deadline) {
    for (Process& process : processes) {
        if (const Result<Finished> ended = collect(call, process, deadline, {}); !ended) {
            return ended.error().code == Errc::timeout ? Result<bool>(false)
                                                       : std::unexpected(ended.error());
        }
    }
    return true;
}

} // namespace

Result<std::vector<Inspection>> Containers::inspect_all(const Call& call, std::vector<std::string> ids) {
    std::vector<std::string> arguments = {"inspect", "--type=container", "--"};
    arguments.insert(arguments.end(), std::make_move_iterator(ids.begin()),
                     std::make_move_iterator(ids.end()));
    const Result<Finished> finished = engine_.run(call, std::move(arguments));
    if (!finished) {
        return std::unexpected(finished.error());
    }
    // It prints those it has found even when it fails for want of the others.
    if (finished->ending.code != 0) {
        if (Error error = engine_error(call, *finished); !is_gone(error)) {
            return std::unexpected(std::move(error));
        }
    }
    const Result<Json> array = read_array(call, finished->out);
    if (!array) {
        return std::unexpected(array.error());
    }
    std::vector<Inspection> found;
    std::ranges::transform(*array, std::back_inserter(found), read_inspection);
    return found;
}

Result<Inspection> Containers::inspect(const Call& call, const std::string& id) {
    if (!is_full_id(id)) {
        return call.failed(Errc::not_found,
                           "there is no such container: it is not a full id of this engine");
    }
    Result<std::vector<Inspection>> found = inspect_all(call, {id});
    if (!found) {
        return std::unexpected(std::move(found.error()));
    }
    if (found->empty() || found->front().status.id.value() != id) {
        return call.failed(Errc::not_found, "there is no such container");
    }
    return std::move(found->front());
}

Result<std::optional<Inspection>> Containers::find(const Call& call, std::string_view name) {
    Result<std::vector<Inspection>> found = inspect_all(call, {std::string(name)});
    if (!found) {
        return std::unexpected(std::move(found.error()));
    }
    // Podman also takes the name for the beginning of an id.
    if (found->empty() || found->front().status.name != name) {
        return std::optional<Inspection>{};
    }
    return std::optional(std::move(found->front()));
}

Result<std::vector<Inspection>> Containers::list(const Call& call, std::string_view project) {
    const Result<std::string> ids = engine_.ask(
        call,
        {"ps", "--all", "--quiet", "--no-trunc",
         fmt::format("--filter=label={}{}{}", labels::project, project.empty() ? "" : "=", project)});
    if (!ids) {
        return std::unexpected(ids.error());
    }
    std::vector<std::string> lines = lines_of(*ids);
    if (lines.empty()) {
        return std::vector<Inspection>{};
    }
    Result<std::vector<Inspection>> found = inspect_all(call, std::move(lines));
    if (found) {
        std::ranges::sort(*found, {},
                          [](const Inspection& each) -> const std::string& { return each.status.name; });
    }
    return found;
}

Result<void> Containers::send_signal(const Call& call, const std::string& id, const std::string& signal) {
    const Result<Finished> finished = engine_.run(call, {"kill", "--signal=" + signal, "--", id});
    if (!finished) {
        return std::unexpected(finished.error());
    }
    if (finished->ending.code == 0) {
        return {};
    }
    // Gone, or no longer running: what the signal was for has happened.
    const Result<Inspection> now = inspect(call, id);
    const bool ended = now ? !now->running : is_gone(now.error());
    return ended ? Result<void>{} : std::unexpected(engine_error(call, *finished));
}

Result<void> Containers::stop(const Call& call, const std::string& id, std::chrono::milliseconds grace) {
    // One that its policy starts again may end by itself just before it is to be stopped, and run again.
    for (int attempt = 0; attempt < most_attempts; ++attempt) {
        const Result<Inspection> now = inspect(call, id);
        if (!now) {
            return is_gone(now.error()) ? Result<void>{} : std::unexpected(now.error());
        }
        if (!now->ours) {
            return std::unexpected(foreign(call));
        }
        if (!now->running && !now->between_runs) {
            return {};
        }
        if (Result<void> stopped = stop_run(call, *now, grace); !stopped || !now->restarts_by_itself) {
            return stopped;
        }
    }
    return call.failed(Errc::engine_failed, "podman stops the container, and it runs again",
                       "Remove it, or see what starts it.");
}

Result<void> Containers::stop_run(const Call& call, const Inspection& container,
                                  std::chrono::milliseconds grace) {
    const std::string& id = container.status.id.value();
    std::vector<Process> ends;
    // Between two runs `podman stop` finds nothing to stop, and then follows the policy itself: it starts
    // the container again. A second one, which waits for the container's lock meanwhile, stops that run.
    for (int i = 0; i < (container.between_runs ? 2 : 1); ++i) {
        Result<Process> end = engine_.open(call, ending_of(container, grace));
        if (!end) {
            return std::unexpected(std::move(end.error()));
        }
        ends.push_back(std::move(*end));
    }
    if (grace > std::chrono::milliseconds::zero()) {
        // From one launch to the other: both signals then arrive equally late, and the time between is
        // exact.
        const Clock::time_point deadline = deadline_in(grace);
        if (!container.restarts_by_itself) {
            const std::string& signal = container.stop_signal;
            if (Result<void> sent = send_signal(call, id, signal.empty() ? "SIGTERM" : signal); !sent) {
                return sent;
            }
        }
        const Result<bool> ended = all_end(call, ends, deadline);
        if (!ended || *ended) {
            return ended ? Result<void>{} : std::unexpected(ended.error());
        }
    }
    // One that is started again just then is not there to be killed; see whether it was stopped.
    if (Result<void> killed = send_signal(call, id, "SIGKILL");
        !killed && !(container.restarts_by_itself && killed.error().code == Errc::engine_failed)) {
        return killed;
    }
    const Result<bool> ended = all_end(call, ends, deadline_in(longest_kill));
    if (!ended) {
        return std::unexpected(ended.error());
    }
    return *ended ? Result<void>{}
                  : call.failed(Errc::engine_failed, "the container was killed and does not end",
                                "A process in an uninterruptible state holds it.");
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
    const Result<std::string> removed =
        engine_.ask(call, {"rm", "--force", "--volumes", "--time=0", "--", (*found)->status.id.value()});
    if (!removed && !is_gone(removed.error())) {
        return std::unexpected(removed.error());
    }
    return {};
}

Result<void> Containers::remove_started(const Call& call, const std::string& start) {
    const Result<std::string> removed =
        engine_.ask(call, {"rm", "--force", "--volumes", "--time=0",
                           fmt::format("--filter=label={}={}", start_label, start)});
    if (!removed && !is_gone(removed.error())) {
        return std::unexpected(removed.error());
    }
    return {};
}

Result<std::string> Containers::last_lines(const Call& call, const std::string& id, int lines) {
    std::string text;
    const Result<Finished> finished = engine_.run(
        call, {.arguments = {"logs", fmt::format("--tail={}", lines), "--", id}},
        deadline_in(std::chrono::seconds(10)), [&text](const Piece& piece) { text += piece.bytes; });
    if (!finished) {
        return std::unexpected(finished.error());
    }
    return text;
}

} // namespace fairlead::podman
