// SPDX-License-Identifier: MIT
#include "health_probe.hpp"

#include <algorithm>

#include "engine_error.hpp"

namespace fairlead::podman {
namespace {

constexpr std::size_t longest_output = 4096;
constexpr std::chrono::seconds default_timeout{30};

} // namespace

Result<HealthProbe::Finding> HealthProbe::look(const Call& call, const Inspection& container,
                                               Clock::time_point deadline) {
    const std::optional<Turnstile::Turn> turn = few_.enter(call.stop);
    if (!turn) {
        return call.cancelled();
    }
    std::vector<std::string> arguments = {"exec", "--", container.status.id.value()};
    arguments.insert(arguments.end(), container.health_command.begin(), container.health_command.end());
    const auto limit = container.health_timeout.count() > 0
                           ? std::chrono::ceil<std::chrono::milliseconds>(container.health_timeout)
                           : std::chrono::milliseconds(default_timeout);
    Finding finding;
    const auto keep = [&finding](const Piece& piece) {
        finding.output +=
            piece.bytes.substr(0, longest_output - std::min(longest_output, finding.output.size()));
    };
    const Result<Finished> finished =
        engine_.run(call, {.arguments = std::move(arguments), .interruptible = true},
                    std::min(deadline, deadline_in(limit)), keep);
    if (!finished) {
        if (finished.error().code == Errc::timeout) {
            finding.output += "(the check did not finish in its time)";
            return finding;
        }
        return std::unexpected(finished.error());
    }
    finding.passed = finished->ending.code == 0;
    finding.not_run = finished->ending.code >= podman_failed;
    return finding;
}

Result<void> HealthProbe::record(const Call& call, const std::string& id) {
    const std::optional<Turnstile::Turn> turn = few_.enter(call.stop);
    if (!turn) {
        return call.cancelled();
    }
    // Whatever its exit code: what it has found is read by inspecting.
    const Result<Finished> finished = engine_.run(call, {"healthcheck", "run", "--", id});
    return finished ? Result<void>{} : std::unexpected(finished.error());
}

} // namespace fairlead::podman
