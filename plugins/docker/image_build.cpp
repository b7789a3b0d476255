// SPDX-License-Identifier: MIT
#include <deque>

#include <fmt/format.h>

#include "build_context.hpp"
#include "engine_error.hpp"
#include "images.hpp"
#include "progress_stream.hpp"

namespace fairlead::docker {
namespace {

constexpr std::size_t lines_kept = 40;

std::string build_target(const BuildSpec& spec, const BuildContext& context, const std::string& image) {
    std::string target = fmt::format("/build?t={}&dockerfile={}&rm=1&forcerm=1", url_encoded(image),
                                     url_encoded(context.dockerfile()));
    if (!spec.args.empty()) {
        target += "&buildargs=" + url_encoded(json_text(spec.args));
    }
    if (!spec.labels.empty()) {
        target += "&labels=" + url_encoded(json_text(spec.labels));
    }
    if (!spec.target.empty()) {
        target += "&target=" + url_encoded(spec.target);
    }
    if (spec.no_cache) {
        target += "&nocache=1";
    }
    return target;
}

/// The build's output, line by line: passed on, and the last of it kept for an error.
class BuildOutput {
public:
    explicit BuildOutput(const StartObserver& observer) : observer_(observer) {}

    void add(std::string_view text) {
        rest_ += text;
        for (auto end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n')) {
            add_line(rest_.substr(0, end));
            rest_.erase(0, end + 1);
        }
    }

    [[nodiscard]] std::string last() {
        if (!rest_.empty()) {
            add_line(std::exchange(rest_, {}));
        }
        return fmt::format("{}", fmt::join(lines_, "\n"));
    }

private:
    void add_line(std::string line) {
        while (line.ends_with('\r')) {
            line.pop_back();
        }
        if (line.empty()) {
            return;
        }
        observer_({.phase = StartProgress::Phase::building, .text = line, .done = {}, .total = {}});
        lines_.push_back(std::move(line));
        if (lines_.size() > lines_kept) {
            lines_.pop_front();
        }
    }

    const StartObserver& observer_;
    std::string rest_;
    std::deque<std::string> lines_;
};

} // namespace

Result<void> Images::build(const Call& parent, const BuildSpec& spec, const std::string& image,
                           const StartObserver& observer) {
    const Call call = parent.part("build image", image);
    observer({.phase = StartProgress::Phase::building, .text = image, .done = {}, .total = {}});
    const Result<BuildContext> context = BuildContext::pack(call, spec);
    if (!context) {
        return std::unexpected(context.error());
    }
    const Result<std::optional<std::string>> credentials = auth_.build_header(call);
    if (!credentials) {
        return std::unexpected(credentials.error());
    }
    HttpRequest request{.method = "POST",
                        .target = build_target(spec, *context, image),
                        .headers = {"Content-Type: application/x-tar"},
                        .file = context->file(),
                        .file_size = context->size()};
    if (*credentials) {
        request.headers.push_back(**credentials);
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
        return call.failed(Errc::build_failed, engine_message(answer->body));
    }
    BuildOutput output(observer);
    bool built = false;
    const Result<ProgressEnd> end = read_progress(call, *exchange, [&](const Json& line) {
        output.add(text_of(at(line, {"stream"})));
        built = built || !text_of(at(line, {"aux", "ID"})).empty();
    });
    if (!end) {
        return std::unexpected(end.error());
    }
    if (end->error || !built) {
        Error error = call.error(Errc::build_failed,
                                 end->error.value_or("the engine ended the build without an image"));
        error.attachments.push_back({.title = "last output", .text = output.last()});
        return std::unexpected(std::move(error));
    }
    return {};
}

} // namespace fairlead::docker
