// SPDX-License-Identifier: MIT
#include "progress_stream.hpp"

#include "json_splitter.hpp"

namespace fairlead::docker {
namespace {

/// What went wrong, if the line says so; both forms are in use.
std::optional<std::string> error_of(const Json& line) {
    std::string message = text_of(at(line, {"errorDetail", "message"}));
    if (message.empty()) {
        message = text_of(at(line, {"error"}));
    }
    return message.empty() ? std::nullopt : std::optional(std::move(message));
}

} // namespace

Result<ProgressEnd> read_progress(const Call& call, HttpExchange& exchange,
                                  const std::function<void(const Json&)>& observer) {
    JsonSplitter splitter;
    ProgressEnd end;
    for (;;) {
        const Result<std::optional<std::string>> piece = exchange.read(call);
        if (!piece) {
            return std::unexpected(piece.error());
        }
        if (!*piece) {
            break;
        }
        splitter.feed(**piece);
        while (const std::optional<std::string> object = splitter.next()) {
            const std::optional<Json> line = parse_json(*object);
            if (!line) {
                return call.failed(Errc::protocol, "the engine's progress report is not JSON");
            }
            if (std::optional<std::string> error = error_of(*line)) {
                end.error = std::move(error);
            } else {
                observer(*line);
            }
        }
        if (splitter.broken()) {
            return call.failed(Errc::protocol, "the engine's progress report makes no sense");
        }
    }
    if (!splitter.at_boundary()) {
        return call.failed(Errc::protocol, "the engine's progress report breaks off");
    }
    return end;
}

} // namespace fairlead::docker
