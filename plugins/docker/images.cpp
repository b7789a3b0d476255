// SPDX-License-Identifier: MIT
#include "images.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "engine_error.hpp"
#include "progress_stream.hpp"
#include "reference.hpp"

namespace fairlead::docker {
namespace {

StartProgress pull_progress(const Json& line) {
    StartProgress progress{.phase = StartProgress::Phase::pulling,
                           .text = text_of(at(line, {"status"})),
                           .done = {},
                           .total = {}};
    if (const std::string layer = text_of(at(line, {"id"})); !layer.empty()) {
        progress.text = fmt::format("{}: {}", layer, progress.text);
    }
    const Json& detail = at(line, {"progressDetail"});
    if (const Json& total = at(detail, {"total"}); total.is_number()) {
        progress.done = static_cast<std::uint64_t>(number_of(at(detail, {"current"})));
        progress.total = static_cast<std::uint64_t>(number_of(total));
    }
    return progress;
}

} // namespace

Result<void> Images::pull(const Call& parent, const std::string& image, const StartObserver& observer) {
    const Call call = parent.part("pull image", image);
    const Reference reference = parse_reference(image);
    observer({.phase = StartProgress::Phase::pulling, .text = image, .done = {}, .total = {}});
    const Result<std::optional<std::string>> header = auth_.header(call, reference.registry);
    if (!header) {
        return std::unexpected(header.error());
    }
    HttpRequest request{.method = "POST",
                        .target =
                            fmt::format("/images/create?fromImage={}&tag={}", url_encoded(reference.name),
                                        url_encoded(reference.version))};
    if (*header) {
        request.headers.push_back(**header);
    }
    Result<HttpExchange> exchange = engine_.begin(call, std::move(request));
    if (!exchange) {
        return std::unexpected(std::move(exchange.error()));
    }
    if (Result<void> headers = exchange->await_headers(call, no_deadline); !headers) {
        return headers;
    }
    if (!is_success(exchange->status())) {
        const Result<HttpResponse> answer = exchange->finish(call, engine_.ordinary_deadline());
        if (!answer) {
            return std::unexpected(engine_.silent(answer.error()));
        }
        return std::unexpected(pull_error(call, engine_message(answer->body)));
    }
    const Result<ProgressEnd> end =
        read_progress(call, *exchange, [&](const Json& line) { observer(pull_progress(line)); });
    if (!end) {
        return std::unexpected(end.error());
    }
    if (end->error) {
        return std::unexpected(pull_error(call, *end->error));
    }
    return {};
}

Result<std::vector<std::string>> Images::entrypoint(const Call& call, const std::string& image) {
    const Result<Json> json = engine_.get(call, fmt::format("/images/{}/json", url_encoded(image)));
    if (!json) {
        return std::unexpected(json.error());
    }
    std::vector<std::string> words;
    if (const Json& list = at(*json, {"Config", "Entrypoint"}); list.is_array()) {
        std::ranges::transform(list, std::back_inserter(words), text_of);
    }
    return words;
}

} // namespace fairlead::docker
