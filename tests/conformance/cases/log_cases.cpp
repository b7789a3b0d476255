// SPDX-License-Identifier: MIT
#include <array>

#include "../bench.hpp"
#include "areas.hpp"

namespace fairlead::conformance {
namespace {

using std::chrono::milliseconds;
using namespace std::string_view_literals;

void both_streams(Bench& bench) {
    const Output output = bench.run(bench.spec(
        "main",
        {.lines = {"to out", "again"}, .error_lines = {"to err"}, .exit_after = milliseconds{0}}));
    expect_equal(output.out, "to out\nagain\n", "standard output");
    expect_equal(output.err, "to err\n", "standard error");
}

void odd_bytes(Bench& bench) {
    const Output output =
        bench.run(bench.shell(R"(printf 'a\000b\001\r\n\t\033[1m é € 😀\n'; printf '\000' >&2)"));
    expect_equal(output.out, "a\0b\x01\r\n\t\x1b[1m é € 😀\n"sv, "standard output");
    expect_equal(output.err, "\0"sv, "standard error");
}

void invalid_utf8(Bench& bench) {
    const Output output =
        bench.run(bench.shell(R"(printf '\377\376 \303( \200\n'; printf '\300\257' >&2)"));
    expect_equal(output.out, "\xff\xfe \xc3( \x80\n", "standard output");
    expect_equal(output.err, "\xc0\xaf", "standard error");
}

void unterminated(Bench& bench) {
    expect_equal(bench.run(bench.shell("printf 'one\\ntwo'")).out, "one\ntwo", "standard output");
}

void blank_lines(Bench& bench) {
    expect_equal(bench.run(bench.shell("printf '\\n\\n  x  \\n\\n'")).out, "\n\n  x  \n\n",
                 "standard output");
}

void long_line(Bench& bench) {
    const Output output =
        bench.run(bench.shell("head -c 200000 /dev/zero | tr '\\000' x; echo; echo end"));
    expect(output.out == std::string(200000, 'x') + "\nend\n",
           "a line of 200 000 bytes arrives whole: " + fmt::format("{} bytes", output.out.size()));
}

void large(Bench& bench) {
    constexpr std::size_t size = 10UL << 20U;
    std::string expected;
    expected.reserve(size + 128);
    const std::string filling(91, '.');
    for (int number = 1000000; expected.size() < size; ++number) {
        expected += fmt::format("{} {}\n", number, filling);
    }
    expected.resize(size);
    const Output output = bench.run(
        bench.shell(fmt::format("seq 1000000 1999999 | sed 's/$/ {}/' | head -c {}", filling, size)));
    expect_equal(output.out.size(), size, "the number of bytes");
    expect(output.out == expected, "10 MiB arrive unchanged");
}

void empty(Bench& bench) {
    const Output output = bench.run(bench.spec("main", {.exit_after = milliseconds{0}}));
    expect_equal(output.chunks.size(), 0U, "the number of chunks");
}

void as_it_comes(Bench& bench) {
    const ContainerId id = bench.start(bench.spec("main", {.lines = {"early"}}));
    const auto stream = value(bench.runtime().logs(id, {.follow = true}, bench.stop()));
    std::string text;
    while (text.find('\n') == std::string::npos) {
        const auto chunk = value(stream->next(bench.stop()));
        expect(chunk.has_value(), "the stream does not end while the container runs");
        text += chunk->bytes;
    }
    expect_equal(text, "early\n", "what was read while it runs");
    expect_equal(bench.inspect(id).state, ContainerState::running, "the state");
}

void ends_at_exit(Bench& bench) {
    const ContainerId id =
        bench.start(bench.spec("main", {.lines = {"line"}, .exit_after = milliseconds{300}}));
    const auto stream = value(bench.runtime().logs(id, {.follow = true}, bench.stop()));
    while (value(stream->next(bench.stop()))) {
    }
    expect_equal(bench.inspect(id).state, ContainerState::stopped, "the state at the end of the stream");
    expect(!value(stream->next(bench.stop())), "after the end there is nothing, again and again");
    expect(!value(stream->next(bench.stop())), "after the end there is nothing, again and again");
}

void without_following(Bench& bench) {
    const ContainerId id = bench.start(bench.spec("main", {.lines = {"first"}}));
    const auto follower = value(bench.runtime().logs(id, {.follow = true}, bench.stop()));
    expect(value(follower->next(bench.stop())).has_value(), "the line has been written");
    expect_equal(bench.finish(id, {}).out, "first\n", "what there is, of a container that runs");
}

void tail(Bench& bench) {
    const ContainerId id = bench.start(
        bench.spec("main", {.lines = {"1", "2", "3", "4", "5"}, .exit_after = milliseconds{0}}));
    bench.finish(id);
    expect_equal(bench.finish(id, {.tail = 2}).out, "4\n5\n", "the last two lines");
    expect_equal(bench.finish(id, {.tail = 0}).out, "", "no line");
    expect_equal(bench.finish(id, {.tail = 100}).out, "1\n2\n3\n4\n5\n", "more lines than there are");
    expect_equal(bench.finish(id, {.follow = true, .tail = 1}).out, "5\n", "the last line, followed");
}

void since_time(Bench& bench) {
    const ContainerId id =
        bench.start(bench.shell("for i in 1 2 3; do echo $i; sleep 0.05; done; echo last >&2"));
    const Output all = bench.finish(id);
    std::optional<Timestamp> second;
    for (const LogChunk& chunk : all.chunks) {
        if (chunk.bytes.starts_with("2")) {
            second = chunk.timestamp;
        }
    }
    expect(second.has_value(), "the second line has a timestamp of its own");
    expect_equal(bench.finish(id, {.since = second}).out, "2\n3\n",
                 "what was written at that time or later");
    expect_equal(bench.finish(id, {.since = *second + std::chrono::nanoseconds{1}}).out, "3\n",
                 "what was written after it");
    expect_equal(bench.finish(id, {.since = *second + std::chrono::hours{1}}).out, "",
                 "what was written in an hour");
}

void timestamps(Bench& bench) {
    const auto before = std::chrono::system_clock::now() - milliseconds{5};
    const Output output = bench.run(bench.shell("for i in 1 2 3 4 5; do echo $i; sleep 0.02; done"));
    const auto after = std::chrono::system_clock::now() + milliseconds{5};
    Timestamp last = before;
    for (const LogChunk& chunk : output.chunks) {
        expect(chunk.timestamp.has_value(), "each chunk has a timestamp");
        expect(*chunk.timestamp >= last, "timestamps do not run backwards");
        expect(*chunk.timestamp <= after, "timestamps are not in the future");
        last = *chunk.timestamp;
    }
    expect(output.chunks.size() >= 5, "lines written apart arrive apart");
    expect(last - *output.chunks.front().timestamp >= milliseconds{60},
           "timestamps tell when a line was written, not when it was read");
}

void terminal(Bench& bench) {
    ContainerSpec spec = bench.shell("test -t 1 && test -t 0 && echo out && echo err >&2");
    spec.tty = true;
    const Output output = bench.run(spec);
    expect_equal(output.out + output.err, "out\r\nerr\r\n", "both streams, as a terminal shows them");
    expect_equal(output.exit_code, 0, "the exit code");
}

void dropped(Bench& bench) {
    const ContainerId id = bench.start(bench.spec("main", {.lines = {"line"}}));
    {
        const auto stream = value(bench.runtime().logs(id, {.follow = true}, bench.stop()));
        expect(value(stream->next(bench.stop())).has_value(), "a chunk arrives");
    }
    expect_equal(bench.inspect(id).state, ContainerState::running, "the state after the stream is gone");
}

void goes_on_after_cancel(Bench& bench) {
    const ContainerId id =
        bench.start(bench.spec("main", {.exit_after = milliseconds{1200}, .exit_code = 0}));
    const auto stream = value(bench.runtime().logs(id, {.follow = true}, bench.stop()));
    std::stop_source asked;
    asked.request_stop();
    error_of(stream->next(asked.get_token()), Errc::cancelled);
    while (value(stream->next(bench.stop()))) {
    }
    expect_equal(bench.inspect(id).state, ContainerState::stopped, "the state at the end of the stream");
}

void readers(Bench& bench) {
    const ContainerId id =
        bench.start(bench.spec("main", {.lines = {"one", "two"}, .exit_after = milliseconds{500}}));
    std::array<std::string, 8> texts;
    {
        std::vector<std::jthread> threads;
        for (std::string& text : texts) {
            threads.emplace_back([&bench, &id, &text] {
                const auto stream = bench.runtime().logs(id, {.follow = true}, bench.stop());
                while (stream) {
                    const auto chunk = (*stream)->next(bench.stop());
                    if (!chunk || !*chunk) {
                        break;
                    }
                    text += (*chunk)->bytes;
                }
            });
        }
    }
    for (const std::string& text : texts) {
        expect_equal(text, "one\ntwo\n", "what each of eight readers sees");
    }
}

void across_restarts(Bench& bench) {
    EventStream events = value(bench.runtime().watch(bench.project(), bench.stop()));
    ContainerSpec spec =
        bench.spec("main", {.lines = {"run"}, .exit_after = milliseconds{0}, .exit_code = 1});
    spec.restart = {.mode = RestartMode::on_failure, .max_retries = 1};
    const ContainerId id = bench.start(spec);
    bench.await(events, ContainerEventKind::exited);
    bench.await(events, ContainerEventKind::exited);
    expect_equal(bench.finish(id, {}).out, "run\nrun\n", "the output of both runs");
}

constexpr std::array cases = {
    Case{"logs/both-streams", "both streams arrive, told apart", Need::nothing, both_streams},
    Case{"logs/odd-bytes", "NUL, control characters and Unicode arrive unchanged", Need::processes,
         odd_bytes},
    Case{"logs/invalid-utf8", "bytes that are not UTF-8 arrive unchanged", Need::processes, invalid_utf8},
    Case{"logs/unterminated", "a last line without a newline gets none", Need::processes, unterminated},
    Case{"logs/blank-lines", "empty lines and spaces arrive unchanged", Need::processes, blank_lines},
    Case{"logs/long-line", "a line longer than any buffer arrives whole", Need::processes, long_line},
    Case{"logs/large", "10 MiB arrive unchanged", Need::processes, large},
    Case{"logs/empty", "a process that writes nothing has an empty log", Need::nothing, empty},
    Case{"logs/as-it-comes", "following delivers what is written while it runs", Need::nothing,
         as_it_comes},
    Case{"logs/ends-at-exit", "following ends once the container has stopped, and stays ended",
         Need::nothing, ends_at_exit},
    Case{"logs/what-there-is", "without following the stream ends though the container runs",
         Need::nothing, without_following},
    Case{"logs/tail", "tail gives the last lines only, none with 0", Need::nothing, tail},
    Case{"logs/since", "since gives what was written at that time or later", Need::processes, since_time},
    Case{"logs/timestamps", "chunks tell when they were written", Need::processes, timestamps},
    Case{"logs/terminal", "a container with a terminal is one raw stream", Need::processes, terminal},
    Case{"logs/dropped", "destroying a stream does not touch the container", Need::nothing, dropped},
    Case{"logs/after-cancel", "a stream goes on after a cancelled read", Need::nothing,
         goes_on_after_cancel},
    Case{"logs/readers", "several readers of one container each see all", Need::nothing, readers},
    Case{"logs/across-restarts", "the log goes on when the engine restarts the container",
         Need::restart_policies, across_restarts},
};

} // namespace

std::span<const Case> log_cases() {
    return cases;
}

} // namespace fairlead::conformance
