// SPDX-License-Identifier: MIT
#include "images.hpp"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "engine_error.hpp"
#include "outcome.hpp"

namespace fairlead::podman {
namespace {

constexpr std::size_t attached_lines = 40;

std::vector<std::string> words_of(const Json& json) {
    std::vector<std::string> words;
    if (json.is_array()) {
        std::ranges::transform(json, std::back_inserter(words), text_of);
    } else if (json.is_string() && !text_of(json).empty()) {
        words.push_back(text_of(json));
    }
    return words;
}

std::string last_lines(const std::string& text, std::size_t count) {
    const std::vector<std::string> lines = lines_of(text);
    const std::size_t skipped = lines.size() > count ? lines.size() - count : 0;
    return fmt::format(
        "{}", fmt::join(lines.begin() + static_cast<std::ptrdiff_t>(skipped), lines.end(), "\n"));
}

/// Build arguments that podman itself would heed cannot be given through its environment, but for the
/// proxies, which mean the same to it.
Result<void> check_arguments(const Call& call, const BuildSpec& build) {
    for (const auto& [name, value] : build.args) {
        const bool proxy = name.ends_with("_PROXY") || name.ends_with("_proxy");
        if (name.empty() || name.find_first_of("= \n") != std::string::npos ||
            (is_read_by_engine(name) && !proxy)) {
            return call.failed(
                Errc::unsupported,
                fmt::format("build.args.{}: podman reads a variable of that name itself", name),
                "Use another name in the Dockerfile.");
        }
    }
    return {};
}

} // namespace

PieceObserver line_reporter(const StartObserver& observer, StartProgress::Phase phase, bool stdout_too) {
    return [&observer, phase, stdout_too, rest = std::make_shared<std::string>()](const Piece& piece) {
        if (!piece.from_stderr && !stdout_too) {
            return;
        }
        *rest += piece.bytes;
        for (auto end = rest->find('\n'); end != std::string::npos; end = rest->find('\n')) {
            const std::string line = rest->substr(0, end);
            rest->erase(0, end + 1);
            if (!line.empty() && !line.starts_with("time=\"")) {
                observer({.phase = phase, .text = line, .done = {}, .total = {}});
            }
        }
    };
}

ImageFacts read_image(const Json& json) {
    ImageFacts facts;
    facts.entrypoint = words_of(at(json, {"Config", "Entrypoint"}));
    const Json& top = at(json, {"Healthcheck"});
    const Json& check = top.is_null() ? at(json, {"Config", "Healthcheck"}) : top;
    const std::vector<std::string> test = words_of(at(check, {"Test"}));
    if (test.size() < 2) {
        return facts;
    }
    HealthCheck health{.test = test};
    const auto duration = [&check](std::string_view key) -> std::optional<std::chrono::nanoseconds> {
        const std::int64_t count = number_of(at(check, {key}));
        return count > 0 ? std::optional(std::chrono::nanoseconds(count)) : std::nullopt;
    };
    health.interval = duration("Interval");
    health.timeout = duration("Timeout");
    health.start_period = duration("StartPeriod");
    if (const std::int64_t retries = number_of(at(check, {"Retries"})); retries > 0) {
        health.retries = static_cast<int>(retries);
    }
    facts.healthcheck = std::move(health);
    return facts;
}

std::vector<std::string> build_arguments(const BuildSpec& build, const std::string& image) {
    // The other format has no place for a healthcheck.
    std::vector<std::string> arguments = {"build", "--format=docker", "--tag=" + image};
    if (build.dockerfile_inline) {
        arguments.emplace_back("--file=-");
    } else {
        const std::string name = build.dockerfile.empty() ? "Dockerfile" : build.dockerfile;
        arguments.push_back("--file=" + (build.context / name).string());
    }
    if (!build.target.empty()) {
        arguments.push_back("--target=" + build.target);
    }
    if (build.no_cache) {
        arguments.emplace_back("--no-cache");
    }
    for (const auto& [key, value] : build.labels) {
        arguments.push_back(fmt::format("--label={}={}", key, value));
    }
    for (const auto& [name, value] : build.args) {
        arguments.push_back("--build-arg=" + name);
    }
    arguments.emplace_back("--");
    arguments.push_back(build.context.string());
    return arguments;
}

Result<bool> Images::exists(const Call& call, const std::string& image) {
    const Result<Finished> finished = engine_.run(call, {"image", "exists", "--", image});
    if (!finished) {
        return std::unexpected(finished.error());
    }
    if (finished->ending.code != 0 && finished->ending.code != 1) {
        return std::unexpected(engine_error(call, *finished));
    }
    return finished->ending.code == 0;
}

Result<void> Images::pull(const Call& parent, const std::string& image, const StartObserver& observer) {
    const Call call = parent.part("pull image", image);
    const Result<Finished> finished =
        engine_.run(call, {.arguments = {"pull", "--", image}, .interruptible = true}, no_deadline,
                    line_reporter(observer, StartProgress::Phase::pulling, false));
    if (!finished) {
        return std::unexpected(finished.error());
    }
    if (finished->ending.code != 0) {
        Error error = start_error(call, *finished);
        if (error.code == Errc::start_failed || error.code == Errc::not_found) {
            error.code = Errc::image_unavailable;
        }
        return std::unexpected(std::move(error));
    }
    return {};
}

Result<void> Images::build(const Call& parent, const ContainerSpec& spec, const std::string& image,
                           const StartObserver& observer) {
    const Call call = parent.part("build image", image);
    const BuildSpec& build = *spec.build;
    if (Result<void> checked = check_arguments(call, build); !checked) {
        return checked;
    }
    Command command{.arguments = build_arguments(build, image),
                    .input = build.dockerfile_inline.value_or(""),
                    .interruptible = true};
    for (const auto& [name, value] : build.args) {
        command.environment.push_back(fmt::format("{}={}", name, value));
    }
    std::string output;
    const PieceObserver report = line_reporter(observer, StartProgress::Phase::building, true);
    const Result<Finished> finished =
        engine_.run(call, std::move(command), no_deadline, [&output, &report](const Piece& piece) {
            constexpr std::size_t kept = 64UL * 1024;
            output += piece.bytes;
            if (output.size() > 2 * kept) {
                output.erase(0, output.size() - kept);
            }
            report(piece);
        });
    if (!finished) {
        return std::unexpected(finished.error());
    }
    if (finished->ending.code != 0) {
        Error error = engine_error(call, *finished);
        if (error.code != Errc::unavailable) {
            error.code = Errc::build_failed;
        }
        error.attachments.push_back(
            {.title = "build output", .text = last_lines(output, attached_lines)});
        return std::unexpected(std::move(error));
    }
    return {};
}

Result<ImageFacts> Images::facts(const Call& call, const std::string& image) {
    const Result<std::string> text = engine_.ask(call, {"image", "inspect", "--", image});
    if (!text) {
        return std::unexpected(text.error());
    }
    const Result<Json> array = read_array(call, *text);
    if (!array) {
        return std::unexpected(array.error());
    }
    return array->empty() ? ImageFacts{} : read_image(array->front());
}

Result<void> Images::prepare(const Call& call, const ContainerSpec& spec, RunContext& context,
                             const StartObserver& observer) {
    const PullPolicy policy = spec.pull_policy;
    const bool builds = spec.build && (policy == PullPolicy::build || policy == PullPolicy::missing);
    const bool early = builds || (needs_image_facts(spec) && policy != PullPolicy::never);
    context.pull = policy;
    if (early) {
        bool there = false;
        if (policy == PullPolicy::missing) {
            const Result<bool> found = exists(call, context.image);
            if (!found) {
                return std::unexpected(found.error());
            }
            there = *found;
        }
        if (!there) {
            Result<void> made =
                builds ? build(call, spec, context.image, observer) : pull(call, context.image, observer);
            if (!made) {
                return made;
            }
        }
        context.pull = PullPolicy::never;
    }
    if (needs_image_facts(spec)) {
        Result<ImageFacts> found = facts(call, context.image);
        if (!found) {
            if (found.error().code == Errc::engine_failed || found.error().code == Errc::not_found) {
                found.error().code = Errc::image_unavailable;
            }
            return std::unexpected(std::move(found.error()));
        }
        context.facts = std::move(*found);
    }
    return {};
}

} // namespace fairlead::podman
