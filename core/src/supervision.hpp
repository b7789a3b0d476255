// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <variant>
#include <vector>

#include <fairlead/lifecycle_manager.hpp>

#include "mailbox.hpp"
#include "service_board.hpp"

namespace fairlead {

/// Keeps a board up to date with what becomes of the containers.
///
/// The calling thread alone looks at the engine; another one listens to the engine's events and passes
/// them on. So it also hears, through the same mailbox, of services that somebody has just finished
/// working on, and looks at them again.
class Supervision {
public:
    Supervision(ContainerRuntime& runtime, const std::string& project, const LifecyclePlan& plan,
                ServiceBoard& board);

    /// Returns when `stop` is asked for, when nothing is left that runs, or when `ended`, called with
    /// each service that comes to its end, says so. Errors: only a failure to watch at all, and not that
    /// the engine cannot be reached.
    [[nodiscard]] Result<void> run(const std::stop_token& stop,
                                   const std::function<bool(std::size_t)>& ended);

    /// Makes it look at all services again. Threads: any.
    void look_again() { mailbox_.post(LookAgain{}); }

private:
    struct LookAgain {};
    using Message = std::variant<Result<ContainerEvent>, LookAgain>;

    Result<EventStream> watch(const std::stop_token& stop);
    void listen(EventStream& events, const std::stop_token& stop);
    void handle(const Result<ContainerEvent>& event, const std::stop_token& stop);
    void look_at(const ContainerEvent& event, const std::stop_token& stop);
    void look_at_all(const std::stop_token& stop);
    void observe(std::size_t service, const ContainerStatus& status, bool restarted);

    ContainerRuntime& runtime_;
    const std::string& project_;
    ServiceBoard& board_;
    std::unordered_map<std::string_view, std::size_t> index_;
    std::function<bool(std::size_t)> ended_;
    bool over_ = false;
    Mailbox<Message> mailbox_;
};

} // namespace fairlead
