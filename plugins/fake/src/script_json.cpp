// SPDX-License-Identifier: MIT
#include "script_json.hpp"

#include <climits>
#include <utility>

#include <fmt/format.h>

#include "json_fields.hpp"

namespace fairlead::fake {
namespace {

using namespace testing;

constexpr std::pair<std::string_view, FakeOperation> operations[] = {
    {"start", FakeOperation::start},
    {"stop", FakeOperation::stop},
    {"remove", FakeOperation::remove},
    {"inspect", FakeOperation::inspect},
    {"wait_healthy", FakeOperation::wait_healthy},
    {"logs", FakeOperation::logs},
    {"list", FakeOperation::list},
    {"watch", FakeOperation::watch},
    {"ensure_network", FakeOperation::ensure_network},
    {"remove_network", FakeOperation::remove_network},
    {"remove_volumes", FakeOperation::remove_volumes},
    {"version", FakeOperation::version},
};

// Those that an engine's plugin gives back; the others are the library's own.
constexpr std::pair<std::string_view, Errc> codes[] = {
    {"invalid_spec", Errc::invalid_spec},
    {"unsupported", Errc::unsupported},
    {"not_found", Errc::not_found},
    {"conflict", Errc::conflict},
    {"image_unavailable", Errc::image_unavailable},
    {"build_failed", Errc::build_failed},
    {"start_failed", Errc::start_failed},
    {"port_in_use", Errc::port_in_use},
    {"exited", Errc::exited},
    {"timeout", Errc::timeout},
    {"cancelled", Errc::cancelled},
    {"unavailable", Errc::unavailable},
    {"protocol", Errc::protocol},
    {"engine_failed", Errc::engine_failed},
    {"internal", Errc::internal},
};

constexpr std::pair<std::string_view, LogSource> streams[] = {
    {"stdout", LogSource::stdout_stream},
    {"stderr", LogSource::stderr_stream},
};

constexpr std::pair<std::string_view, FakeClock> clocks[] = {
    {"real", FakeClock::real},
    {"virtual", FakeClock::virtual_time},
};

constexpr std::pair<std::string_view, FakeLossMode> loss_modes[] = {
    {"run_on", FakeLossMode::containers_run_on},
    {"die", FakeLossMode::containers_die},
};

/// Calls `read` for the value, or for each of them when it is a list.
template <class Read>
void each(const std::pair<const Json*, std::string>& field, Read&& read) {
    const auto& [json, path] = field;
    if (json == nullptr) {
        return;
    }
    if (!json->is_array()) {
        read(*json, path);
        return;
    }
    for (std::size_t index = 0; index < json->size(); ++index) {
        read((*json)[index], fmt::format("{}[{}]", path, index));
    }
}

FakeLogLine log_line(const Json& json, std::string path, Complaint& complaint) {
    FakeLogLine line;
    if (json.is_string()) {
        line.text = json.get<std::string>();
        return line;
    }
    JsonFields fields(json, std::move(path), complaint);
    fields.read("after", line.after);
    fields.read("stream", line.source, streams);
    fields.read("text", line.text);
    return line;
}

FakeFailure failure_of(const Json& json, const std::string& path, Complaint& complaint) {
    FakeFailure failure;
    JsonFields fields(json, path, complaint);
    if (json.is_object() && !json.contains("operation")) {
        complaint.about(path, "\"operation\" is missing");
    }
    fields.read("operation", failure.operation, operations);
    fields.read("code", failure.code, codes);
    fields.read("message", failure.message);
    fields.read("lost_reply", failure.lost_reply);
    each(fields.field("nth"), [&](const Json& nth, const std::string& where) {
        if (!nth.is_number_unsigned() || nth.get<std::uint64_t>() - 1 >= INT_MAX) {
            complaint.about(where,
                            fmt::format("the number of a call, from 1, is expected, not {}", nth.dump()));
            return;
        }
        failure.nth.push_back(nth.get<int>());
    });
    return failure;
}

void read_failures(JsonFields& fields, std::vector<FakeFailure>& failures) {
    each(fields.field("fail"), [&](const Json& json, const std::string& path) {
        failures.push_back(failure_of(json, path, fields.complaint()));
    });
}

void read_health(JsonFields& fields, FakeServiceScript& script) {
    fields.read("health_after", script.health_after);
    fields.read("never_healthy", script.never_healthy);
    fields.read("unhealthy_after", script.unhealthy_after);
    fields.read("image_healthcheck", script.image_healthcheck);
    fields.read("probe_output", script.probe_output);
    if (const auto [json, path] = fields.field("flapping"); json != nullptr) {
        FakeFlapping& flapping = script.flapping.emplace();
        JsonFields inner(*json, path, fields.complaint());
        inner.read("healthy_for", flapping.healthy_for);
        inner.read("unhealthy_for", flapping.unhealthy_for);
    }
}

FakeServiceScript service_script(const Json& json, const std::string& path, Complaint& complaint) {
    FakeServiceScript script;
    JsonFields fields(json, path, complaint);
    fields.read("latency", script.latency);
    fields.read("start_after", script.start_after);
    read_health(fields, script);
    fields.read("exit_after", script.exit_after);
    fields.read("exit_times", script.exit_times);
    fields.read("exit_code", script.exit_code);
    fields.read("oom", script.oom);
    fields.read("ignore_stop_signal", script.ignore_stop_signal);
    fields.read("stop_takes", script.stop_takes);
    fields.read("stop_exit_code", script.stop_exit_code);
    each(fields.field("logs"), [&](const Json& line, const std::string& where) {
        script.logs.push_back(log_line(line, where, complaint));
    });
    read_failures(fields, script.failures);
    return script;
}

void read_services(JsonFields& fields, FakeEngineScript& script) {
    const auto [json, path] = fields.field("services");
    if (json == nullptr) {
        return;
    }
    if (!json->is_object()) {
        fields.complaint().about(path, "an object with one member for each service is expected");
        return;
    }
    for (const auto& [service, value] : json->items()) {
        script.services.emplace(
            service, service_script(value, fmt::format("{}.{}", path, service), fields.complaint()));
    }
}

void read_losses(JsonFields& fields, FakeEngineScript& script) {
    each(fields.field("losses"), [&](const Json& json, const std::string& path) {
        FakeLoss& loss = script.losses.emplace_back();
        JsonFields inner(json, path, fields.complaint());
        inner.read("after", loss.after);
        inner.read("lasts", loss.lasts);
        inner.read("containers", loss.mode, loss_modes);
    });
}

} // namespace

Result<FakeEngineScript> parse_options(std::string_view options) {
    const Json json = Json::parse(options, nullptr, false);
    Complaint complaint;
    FakeEngineScript script;
    if (json.is_discarded()) {
        complaint.about("", "the options are not JSON");
    } else {
        JsonFields fields(json, "", complaint);
        fields.read("clock", script.clock, clocks);
        fields.read("latency", script.latency);
        fields.read("images", script.images);
        fields.read("registry", script.registry);
        fields.read("networks", script.networks);
        fields.read("volumes", script.volumes);
        read_services(fields, script);
        read_failures(fields, script.failures);
        read_losses(fields, script);
    }
    if (complaint.error()) {
        return fail(*complaint.error());
    }
    return script;
}

} // namespace fairlead::fake
