// SPDX-License-Identifier: MIT
#include "starter.hpp"

#include <optional>
#include <random>

#include <fmt/format.h>

#include "common/pack_files.hpp"
#include "common_names.hpp"
#include "container_files.hpp"
#include "engine_error.hpp"

namespace fairlead::docker {
namespace {

/// The engine's word for a limit that it has taken out of the request.
constexpr std::string_view discarded = "discarded";

std::string new_start() {
    std::random_device random;
    return fmt::format("{:08x}{:08x}", random(), random());
}

bool is_image_needed_first(const ContainerSpec& spec) {
    return spec.pull_policy == PullPolicy::always || spec.pull_policy == PullPolicy::build;
}

} // namespace

/// What an attempt to create came to.
struct Starter::Creation {
    /// Empty: the image is missing.
    std::string id;
};

Result<ContainerId> Starter::start(const Call& call, const ContainerSpec& spec,
                                   const StartObserver& observer) {
    // A container of this name may still be on its way out.
    if (Result<void> gone = cleaner_.wait_for(call, call.subject);
        !gone && gone.error().code == Errc::cancelled) {
        return std::unexpected(std::move(gone.error()));
    }
    const Result<ApiVersion> api = engine_.api(call);
    if (!api) {
        return std::unexpected(api.error());
    }
    // Refused before anything is pulled or created.
    if (const Result<Json> body =
            create_body(spec, {.api = *api, .image = {}, .start = {}, .image_entrypoint = {}});
        !body) {
        return std::unexpected(body.error());
    }
    if (Result<void> prepared = prepare(call, spec); !prepared) {
        return std::unexpected(std::move(prepared.error()));
    }
    Result<std::string> id = create_with_image(call, spec, observer);
    if (!id) {
        return std::unexpected(std::move(id.error()));
    }
    observer({.phase = StartProgress::Phase::starting, .text = {}, .done = {}, .total = {}});
    if (Result<void> finished = finish(call, spec, *id); !finished) {
        return std::unexpected(undo(call, *id, std::move(finished.error())));
    }
    return ContainerId(std::move(*id));
}

Result<void> Starter::prepare(const Call& call, const ContainerSpec& spec) {
    if (spec.network_mode == NetworkMode::networks) {
        for (const NetworkAttachment& attachment : attachments(spec)) {
            if (Result<void> ensured = networks_.ensure(call, attachment.network); !ensured) {
                return ensured;
            }
        }
    }
    for (const Mount& mount : spec.mounts) {
        const auto* volume = std::get_if<VolumeMount>(&mount);
        if (volume != nullptr && !volume->volume.empty()) {
            if (Result<void> ensured = volumes_.ensure(call, spec.project, *volume); !ensured) {
                return ensured;
            }
        }
    }
    return {};
}

Result<void> Starter::get_image(const Call& call, const ContainerSpec& spec,
                                const StartObserver& observer) {
    const std::string image = image_name(spec);
    switch (spec.pull_policy) {
    case PullPolicy::never:
        return call.failed(Errc::image_unavailable,
                           fmt::format("image {} is not there and the pull policy is 'never'", image),
                           "Pull or build it first, or choose another pull policy.");
    case PullPolicy::always:
        return images_.pull(call, image, observer);
    case PullPolicy::missing:
    case PullPolicy::build:
        break;
    }
    return spec.build ? images_.build(call, *spec.build, image, observer)
                      : images_.pull(call, image, observer);
}

Result<std::string> Starter::create_with_image(const Call& call, const ContainerSpec& spec,
                                               const StartObserver& observer) {
    const bool first = is_image_needed_first(spec);
    if (first) {
        if (Result<void> got = get_image(call, spec, observer); !got) {
            return std::unexpected(std::move(got.error()));
        }
    }
    observer({.phase = StartProgress::Phase::creating, .text = {}, .done = {}, .total = {}});
    Result<Creation> creation = create(call, spec);
    if (creation && creation->id.empty() && !first) {
        if (Result<void> got = get_image(call, spec, observer); !got) {
            return std::unexpected(std::move(got.error()));
        }
        creation = create(call, spec);
    }
    if (!creation) {
        return std::unexpected(std::move(creation.error()));
    }
    if (creation->id.empty()) {
        return call.failed(Errc::image_unavailable,
                           fmt::format("image {} was fetched, and still the engine has no such image",
                                       image_name(spec)));
    }
    return std::move(creation->id);
}

Result<Starter::Creation> Starter::create(const Call& call, const ContainerSpec& spec) {
    const Result<ApiVersion> api = engine_.api(call);
    if (!api) {
        return std::unexpected(api.error());
    }
    CreateContext context{
        .api = *api, .image = image_name(spec), .start = new_start(), .image_entrypoint = {}};
    if (needs_image_entrypoint(spec)) {
        Result<std::vector<std::string>> entrypoint = images_.entrypoint(call, context.image);
        if (!entrypoint) {
            return entrypoint.error().code == Errc::not_found
                       ? Result<Creation>(Creation{})
                       : std::unexpected(std::move(entrypoint.error()));
        }
        context.image_entrypoint = std::move(*entrypoint);
    }
    const Result<Json> body = create_body(spec, context);
    if (!body) {
        return std::unexpected(body.error());
    }
    const Result<HttpResponse> answer = post_create(call, call.subject, *body, context.start);
    if (!answer) {
        // Adopting a container whose creation was not answered is as good as an answer.
        Result<std::string> created =
            answer.error().code == Errc::unavailable && !call.stop.stop_requested()
                ? find_created(call, call.subject, context.start)
                : std::unexpected(answer.error());
        if (!created || created->empty()) {
            return std::unexpected(answer.error());
        }
        return Creation{std::move(*created)};
    }
    if (is_missing_image(*answer)) {
        return Creation{};
    }
    if (answer->status == 409) {
        // A request sent again over a new connection meets what it has created itself.
        Result<std::string> created = find_created(call, call.subject, context.start);
        if (created && !created->empty()) {
            return Creation{std::move(*created)};
        }
    }
    if (!is_success(answer->status)) {
        return std::unexpected(create_error(call, *answer));
    }
    const Json json = parse_json(answer->body).value_or(Json{});
    std::string id = text_of(at(json, {"Id"}));
    if (id.empty()) {
        return call.failed(Errc::protocol, "the engine created a container and does not say which");
    }
    for (const Json& warning : at(json, {"Warnings"})) {
        if (const std::string text = text_of(warning); text.find(discarded) != std::string::npos) {
            return std::unexpected(undo(call, id, call.error(Errc::unsupported, text)));
        }
    }
    return Creation{std::move(id)};
}

Result<HttpResponse> Starter::post_create(const Call& call, const std::string& name, const Json& body,
                                          const std::string& start) {
    Result<HttpExchange> exchange =
        engine_.begin(call, {.method = "POST",
                             .target = "/containers/create?name=" + url_encoded(name),
                             .body = json_text(body)});
    if (!exchange) {
        return std::unexpected(std::move(exchange.error()));
    }
    Result<HttpResponse> answer = exchange->finish(call, engine_.ordinary_deadline());
    if (!answer && (answer.error().code == Errc::cancelled || answer.error().code == Errc::timeout)) {
        cleaner_.remove_when_created(name, start, std::move(*exchange));
        // The container may yet appear; only the cleaner can deal with it then.
        return call.failed(answer.error().code, engine_.silent(answer.error()).message);
    }
    return answer;
}

Result<std::string> Starter::find_created(const Call& call, const std::string& name,
                                          const std::string& start) {
    const Result<std::optional<Inspection>> found = containers_.find(call, name);
    if (!found) {
        return std::unexpected(found.error());
    }
    return *found && (*found)->start == start ? (*found)->status.id.value() : std::string{};
}

Result<void> Starter::finish(const Call& call, const ContainerSpec& spec, const std::string& id) {
    if (spec.network_mode == NetworkMode::networks) {
        const std::vector<NetworkAttachment> all = attachments(spec);
        for (std::size_t i = 1; i < all.size(); ++i) {
            if (Result<void> connected =
                    networks_.connect(call, engine_name(all[i].network), id, aliases(spec, all[i]));
                !connected) {
                return connected;
            }
        }
    }
    if (Result<void> copied = copy_files(call, spec, id); !copied) {
        return copied;
    }
    const Result<HttpResponse> started =
        engine_.request(call, {.method = "POST", .target = fmt::format("/containers/{}/start", id)});
    if (!started) {
        return std::unexpected(started.error());
    }
    if (!is_success(started->status) && started->status != 304) {
        return std::unexpected(start_error(call, *started));
    }
    return {};
}

Result<void> Starter::copy_files(const Call& parent, const ContainerSpec& spec, const std::string& id) {
    const Result<FilePlan> plan = plan_files(spec);
    if (!plan) {
        return std::unexpected(plan.error());
    }
    for (const FilePlan::Archive& archive : plan->archives) {
        Result<std::string> bytes = pack_files(archive.folder, archive.files);
        if (!bytes) {
            return std::unexpected(std::move(bytes.error()));
        }
        const Call call = parent.part("copy secrets and configs into", parent.subject);
        const Result<HttpResponse> answer = engine_.request(
            call,
            {.method = "PUT",
             .target = fmt::format("/containers/{}/archive?path={}", id, url_encoded(archive.folder)),
             .headers = {"Content-Type: application/x-tar"},
             .body = std::move(*bytes)});
        if (!answer) {
            return std::unexpected(answer.error());
        }
        if (!is_success(answer->status)) {
            return std::unexpected(engine_error(call, *answer));
        }
    }
    return {};
}

Error Starter::undo(const Call& call, const std::string& id, Error error) {
    cleaner_.remove(call.subject, id);
    if (Result<void> removed = cleaner_.wait_for(call, call.subject);
        !removed && removed.error().code != Errc::cancelled) {
        error.cleanup_failures.push_back(std::move(removed.error()));
    }
    return error;
}

} // namespace fairlead::docker
