// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace fairlead::test {

/// What the proxy does to a request and its answer.
struct Fault {
    enum class Kind {
        /// The answer comes so much later.
        delay,
        /// The connection ends before the request reaches the engine.
        reset_request,
        /// The engine does what it is asked; the connection ends in place of the answer.
        reset_answer,
        /// The connection ends after `bytes` of the answer's body, as it is on the wire.
        truncate,
        /// The answer comes in pieces of one byte.
        split,
        /// The engine is not asked; `text` is the answer, as it is on the wire, and ends the connection.
        replace,
        /// The engine is not asked and nobody answers.
        hang,
    };
    Kind kind = Kind::delay;
    std::chrono::milliseconds time{};
    std::size_t bytes = 0;
    std::string text{};
    /// Called on the connection's thread when a request has met it.
    std::function<void()> met{};
};

/// Stands between a client and an engine's unix socket, counts requests and injects faults.
///
/// It reads requests as HTTP/1.1; answers pass through as bytes. Threads: any.
class Proxy {
public:
    /// Listens at `listen` and passes on to `engine`; both are paths of unix sockets.
    Proxy(std::filesystem::path engine, const std::filesystem::path& listen);
    Proxy(const Proxy&) = delete;
    Proxy& operator=(const Proxy&) = delete;
    ~Proxy();

    /// From now on: for requests whose line (`POST /v1.41/containers/create?name=x`) contains `part`, at
    /// most `times` of them, the first `skip` left out. The first fault that fits counts.
    void inject(std::string part, Fault fault, std::size_t times = static_cast<std::size_t>(-1),
                std::size_t skip = 0);

    /// The lines of the requests so far, in their order.
    [[nodiscard]] std::vector<std::string> requests() const;

    /// Waits for a request; throws if none comes.
    void await_request(std::string_view part) const;

private:
    class Connection;
    struct Rule {
        std::string part;
        Fault fault;
        std::size_t times = 0;
        std::size_t skip = 0;
    };

    void accept_all();
    std::optional<Fault> arrived(const std::string& line);

    const std::filesystem::path engine_;
    int listener_ = -1;
    int stop_ = -1;
    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    std::vector<std::string> requests_;
    std::vector<Rule> rules_;
    std::list<std::jthread> connections_;
    std::jthread acceptor_;
};

/// An answer as it is on the wire, complete by its length.
[[nodiscard]] std::string http_answer(std::string_view status, std::string_view type,
                                      std::string_view body);

} // namespace fairlead::test
