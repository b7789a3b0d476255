// SPDX-License-Identifier: MIT
#include <array>

#include "../bench.hpp"
#include "areas.hpp"

/// What of the spec shapes the process itself, seen from inside.
namespace fairlead::conformance {
namespace {

/// Prints variables so that nothing in them can be mistaken: each value in hexadecimal.
std::map<std::string, std::string> environment_inside(Bench& bench, ContainerSpec spec) {
    // No shell: one would not pass on names that it cannot use itself.
    spec.command = {"od", "-An", "-v", "-tx1", "/proc/self/environ"};
    std::string dump = bench.run(spec).out;
    std::erase_if(dump, [](char c) { return c == ' ' || c == '\n'; });
    std::map<std::string, std::string> variables;
    std::string entry;
    for (std::size_t at = 0; at + 1 < dump.size(); at += 2) {
        const char byte = static_cast<char>(std::stoi(dump.substr(at, 2), nullptr, 16));
        if (byte != '\0') {
            entry += byte;
            continue;
        }
        const auto equals = entry.find('=');
        variables[entry.substr(0, equals)] = equals == std::string::npos ? "" : entry.substr(equals + 1);
        entry.clear();
    }
    return variables;
}

void environment(Bench& bench) {
    ContainerSpec spec = bench.shell("");
    spec.environment = {{"PLAIN", "value"},
                        {"EMPTY", ""},
                        {"EQUALS", "a=b=c"},
                        {"QUOTES", R"(it's "so" \ `x` $HOME ${HOME} $(id))"},
                        {"LINES", "one\ntwo\n\nfour\n"},
                        {"SPACES", "  leading and trailing  "},
                        {"TABS", "a\tb\r"},
                        {"UNICODE", "é € 😀"},
                        {"HASH", "#not a comment"},
                        {"dotted.name-x", "odd name"},
                        {"LONG", std::string(20000, 'x')}};
    const auto seen = environment_inside(bench, spec);
    for (const auto& [key, text] : spec.environment) {
        const auto found = seen.find(key);
        expect(found != seen.end(), "the variable " + key + " is there");
        expect_equal(found->second, text, "the value of " + key);
    }
}

/// Names that the engine's own programs would act upon, if they ever saw them.
void loaded_names(Bench& bench) {
    ContainerSpec spec = bench.shell("");
    spec.environment = {{"HTTP_PROXY", "http://192.0.2.1:3128"},
                        {"CONTAINERS_CONF", "/nonexistent"},
                        {"DOCKER_HOST", "tcp://192.0.2.1:1"},
                        {"TMPDIR", "/nonexistent"},
                        {"HOME", "/somewhere"},
                        {"XDG_RUNTIME_DIR", "/nonexistent"},
                        {"LANG", "xx_YY"},
                        {"GODEBUG", "x=1"}};
    const auto seen = environment_inside(bench, spec);
    for (const auto& [key, text] : spec.environment) {
        const auto found = seen.find(key);
        expect_equal(found == seen.end() ? "(absent)" : found->second, text, "the value of " + key);
    }
}

void nothing_of_the_host(Bench& bench) {
    const auto seen = environment_inside(bench, bench.shell(""));
    for (const char* name :
         {"DOCKER_CONFIG", "CONTAINERS_CONF", "FAIRLEAD_ENGINES_STATE", "LOGNAME", "OLDPWD"}) {
        expect(!seen.contains(name), fmt::format("the host's variable {} is not there", name));
    }
}

void argument_list(Bench& bench) {
    ContainerSpec spec = bench.shell("");
    spec.command = {"printf", "<%s>", "two words", "--flag", "", "$HOME", "a\nb", "*", "é"};
    expect_equal(bench.run(spec).out, "<two words><--flag><><$HOME><a\nb><*><é>", "the arguments");
}

void entrypoint(Bench& bench) {
    ContainerSpec spec = bench.shell("");
    spec.entrypoint = {"/bin/echo", "from the entrypoint"};
    spec.command = {"--and", "the command"};
    expect_equal(bench.run(spec).out, "from the entrypoint --and the command\n", "the output");
}

void entrypoint_alone(Bench& bench) {
    ContainerSpec spec = bench.shell("");
    spec.entrypoint = {"/bin/echo", "alone"};
    spec.command.reset();
    expect_equal(bench.run(spec).out, "alone\n", "the output");
}

void user(Bench& bench) {
    ContainerSpec spec = bench.shell("");
    spec.user = "1234:2345";
    expect_equal(bench.inside(spec, "id -u; id -g"), "1234\n2345", "user and group");
}

void groups(Bench& bench) {
    ContainerSpec spec = bench.shell("");
    spec.user = "1234:2345";
    spec.group_add = {"3456", "4567"};
    const std::string groups = bench.inside(spec, "grep ^Groups: /proc/self/status");
    expect_contains(groups, "3456", "the supplementary groups");
    expect_contains(groups, "4567", "the supplementary groups");
}

void working_dir(Bench& bench) {
    ContainerSpec spec = bench.shell("");
    spec.working_dir = "/tmp";
    expect_equal(bench.inside(spec, "pwd"), "/tmp", "the working directory");
}

void hostname(Bench& bench) {
    ContainerSpec spec = bench.shell("");
    spec.hostname = "bollard";
    expect_equal(bench.inside(spec, "hostname; cat /proc/sys/kernel/hostname"), "bollard\nbollard",
                 "the host name");
}

void init(Bench& bench) {
    ContainerSpec spec = bench.shell("");
    spec.init = true;
    const std::string first = bench.inside(spec, "cat /proc/1/comm; echo $$");
    expect(!first.starts_with("sh\n"), "process 1 is an init, not the command: " + first);
    spec = bench.shell("", "without");
    expect_equal(bench.inside(spec, "cat /proc/1/comm; echo $$"), "sh\n1", "process 1 without init");
}

void standard_input(Bench& bench) {
    ContainerSpec closed = bench.shell("", "closed");
    closed.command = {"cat"};
    expect_equal(bench.run(closed).exit_code, 0, "the exit code of cat without an input");
    ContainerSpec open = bench.shell("", "open");
    open.command = {"sh", "-c", "echo reading; cat"};
    open.stdin_open = true;
    const ContainerId id = bench.start(open);
    const auto stream = value(bench.runtime().logs(id, {.follow = true}, bench.stop()));
    expect(value(stream->next(bench.stop())).has_value(), "it is about to read");
    const Timer timer(std::chrono::milliseconds{500});
    error_of(stream->next(timer.token()), Errc::cancelled);
    expect_equal(bench.inspect(id).state, ContainerState::running, "the state of cat with an open input");
}

void annotations(Bench& bench) {
    ContainerSpec spec = bench.spec();
    spec.annotations = {{"org.example.note", "value"}};
    const auto started = bench.runtime().start(spec, bench.stop());
    if (!started) {
        expect_contains(error_of(started, Errc::unsupported).message, "annotations", "the refusal");
        bench.expect_nothing_left();
    }
}

constexpr std::array cases = {
    Case{"spec/environment", "values with newlines, quotes, Unicode and spaces arrive unchanged",
         Need::processes, environment},
    Case{"spec/environment-loaded", "names that engines act upon are the container's alone",
         Need::processes, loaded_names},
    Case{"spec/environment-host", "no variable of the host reaches the container", Need::processes,
         nothing_of_the_host},
    Case{"spec/command", "the command's words arrive as they are, without a shell", Need::processes,
         argument_list},
    Case{"spec/entrypoint", "the command is appended to the entrypoint", Need::processes, entrypoint},
    Case{"spec/entrypoint-alone", "an entrypoint of several words works without a command",
         Need::processes, entrypoint_alone},
    Case{"spec/user", "user names the process's user and group", Need::processes, user},
    Case{"spec/group-add", "group_add names supplementary groups", Need::processes, groups},
    Case{"spec/working-dir", "working_dir is the process's folder", Need::processes, working_dir},
    Case{"spec/hostname", "hostname is the container's host name", Need::processes, hostname},
    Case{"spec/init", "init puts an init before the command, as process 1", Need::processes, init},
    Case{"spec/stdin-open", "stdin_open keeps the standard input open", Need::processes, standard_input},
    Case{"spec/annotations", "annotations are honoured, or refused by name", Need::nothing, annotations},
};

} // namespace

std::span<const Case> process_cases() {
    return cases;
}

} // namespace fairlead::conformance
