// SPDX-License-Identifier: MIT
#include <algorithm>
#include <type_traits>
#include <utility>

#include <boost/regex.hpp>
#include <fmt/format.h>

#include <fairlead/wait.hpp>

#include "port_probe.hpp"
#include "wait_context.hpp"

namespace fairlead {
namespace {

/// What a condition waits for, to follow "waiting for".
struct Description {
    std::string operator()(const Healthy&) const { return "its health"; }
    std::string operator()(const CommandSucceeds&) const { return "its health"; }
    std::string operator()(const PortOpen& condition) const {
        return fmt::format("port {}/tcp to open", condition.container_port);
    }
    std::string operator()(const HttpStatus& condition) const {
        return fmt::format("HTTP {} from port {} at {}",
                           condition.status ? fmt::format("{}", *condition.status) : "2xx or 3xx",
                           condition.container_port, condition.path);
    }
    std::string operator()(const LogLine& condition) const {
        return condition.times == 1
                   ? fmt::format("a log line that matches \"{}\"", condition.pattern)
                   : fmt::format("{} log lines that match \"{}\"", condition.times, condition.pattern);
    }
};

std::string check_port(std::uint16_t port) {
    return port == 0 ? "the port is 0" : "";
}

/// Why nothing can meet a condition; empty if something can.
struct Flaw {
    std::string operator()(const Healthy&) const { return {}; }
    std::string operator()(const PortOpen& condition) const {
        return check_port(condition.container_port);
    }
    std::string operator()(const HttpStatus& condition) const {
        const bool clean =
            std::ranges::all_of(condition.path, [](char c) { return c > ' ' && c < '\x7f'; });
        if (!condition.path.starts_with('/') || !clean) {
            return "the path does not begin with '/', or holds what must be percent-encoded";
        }
        return check_port(condition.container_port);
    }
    std::string operator()(const LogLine& condition) const {
        const boost::regex pattern(condition.pattern, boost::regex::perl | boost::regex::no_except);
        return pattern.status() == 0 ? "" : "the pattern is not a regular expression";
    }
    std::string operator()(const CommandSucceeds& condition) const {
        return condition.command.empty() ? "the command is empty" : "";
    }
};

std::string flaw_of(const Wait& wait) {
    if (wait.timeout < std::chrono::milliseconds::zero()) {
        return "the timeout is negative";
    }
    for (const WaitCondition& condition : wait.all_of) {
        if (std::string flaw = std::visit(Flaw{}, condition); !flaw.empty()) {
            return fmt::format("cannot wait for {}: {}", std::visit(Description{}, condition), flaw);
        }
    }
    return {};
}

Error invalid(std::string subject, std::string message) {
    return {.code = Errc::invalid_spec,
            .operation = "wait for",
            .subject = std::move(subject),
            .message = std::move(message)};
}

/// Waits for one condition.
struct Awaiting {
    WaitContext& context;

    Result<void> operator()(const Healthy&) const {
        return context.runtime.wait_healthy(context.id, context.scope.left(), context.scope.caller());
    }
    Result<void> operator()(const CommandSucceeds&) const { return (*this)(Healthy{}); }
    Result<void> operator()(const LogLine& condition) const {
        return await_log_line(context, condition, Description{}(condition));
    }
    Result<void> operator()(const PortOpen& condition) const { return at_port(condition); }
    Result<void> operator()(const HttpStatus& condition) const { return at_port(condition); }

    template <class Condition>
    Result<void> at_port(const Condition& condition) const {
        return await_port(context, condition.container_port, Description{}(condition),
                          [&condition](const Endpoint& endpoint, const std::stop_token& stop) {
                              return probe(condition, endpoint, stop);
                          });
    }
};

} // namespace

Result<void> prepare(const Wait& wait, ContainerSpec& spec) {
    if (std::string flaw = flaw_of(wait); !flaw.empty()) {
        return fail(invalid(spec.service, std::move(flaw)));
    }
    for (const WaitCondition& condition : wait.all_of) {
        const auto* const command = std::get_if<CommandSucceeds>(&condition);
        if (command == nullptr) {
            continue;
        }
        if (spec.healthcheck) {
            return fail(invalid(spec.service,
                                "cannot wait for a command: the container has a healthcheck already, and "
                                "engines know only one"));
        }
        spec.healthcheck.emplace().test = {"CMD"};
        spec.healthcheck->test.insert(spec.healthcheck->test.end(), command->command.begin(),
                                      command->command.end());
    }
    return {};
}

Result<void> wait_for(ContainerRuntime& runtime, const ContainerId& id, const Wait& wait,
                      std::stop_token stop) {
    if (std::string flaw = flaw_of(wait); !flaw.empty()) {
        return fail(invalid(id.value(), std::move(flaw)));
    }
    const auto status = runtime.inspect(id, stop);
    if (!status) {
        return std::unexpected(status.error());
    }
    WaitScope scope(wait.timeout, std::move(stop));
    WaitContext context{.runtime = runtime, .id = id, .name = status->name, .scope = scope};
    for (const WaitCondition& condition : wait.all_of) {
        if (auto met = std::visit(Awaiting{context}, condition); !met) {
            return met;
        }
    }
    return {};
}

} // namespace fairlead
