// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fairlead/error.hpp>

namespace fairlead {
namespace {

using Json = nlohmann::ordered_json;

std::string headline(const Error& error) {
    std::string line = error.operation;
    if (!error.subject.empty()) {
        line += line.empty() ? error.subject : " " + error.subject;
    }
    if (!line.empty()) {
        line += ": ";
    }
    return line + (error.message.empty() ? std::string(to_string(error.code)) : error.message);
}

void append_indented(std::string& out, std::string_view text, std::string_view indent) {
    while (!text.empty() && text.back() == '\n') {
        text.remove_suffix(1);
    }
    while (!text.empty()) {
        const auto end = text.find('\n');
        out += '\n';
        out += indent;
        out += text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    }
}

void append(std::string& out, const Error& error, const std::string& indent) {
    for (const Error& cause : error.causes) {
        append_indented(out, headline(cause), indent + "  because: ");
        append(out, cause, indent + "  ");
    }
    for (const Attachment& attachment : error.attachments) {
        if (!attachment.text.empty()) {
            out += "\n" + indent + "  " + attachment.title + ":";
            append_indented(out, attachment.text, indent + "    | ");
        }
    }
    for (const Error& left : error.cleanup_failures) {
        append_indented(out, headline(left), indent + "  left over: ");
        append(out, left, indent + "  ");
    }
    if (!error.hint.empty()) {
        append_indented(out, error.hint, indent + "  hint: ");
    }
}

Json as_json(const Error& error) {
    Json json = {{"code", to_string(error.code)}};
    const auto put = [&json](const char* key, const std::string& value) {
        if (!value.empty()) {
            json[key] = value;
        }
    };
    put("operation", error.operation);
    put("subject", error.subject);
    put("message", error.message);
    put("hint", error.hint);
    for (const Attachment& attachment : error.attachments) {
        json["attachments"].push_back({{"title", attachment.title}, {"text", attachment.text}});
    }
    for (const Error& cause : error.causes) {
        json["causes"].push_back(as_json(cause));
    }
    for (const Error& left : error.cleanup_failures) {
        json["cleanup_failures"].push_back(as_json(left));
    }
    return json;
}

} // namespace

std::string_view to_string(Errc code) noexcept {
    switch (code) {
    case Errc::invalid_spec:
        return "invalid_spec";
    case Errc::unsupported:
        return "unsupported";
    case Errc::not_found:
        return "not_found";
    case Errc::conflict:
        return "conflict";
    case Errc::image_unavailable:
        return "image_unavailable";
    case Errc::build_failed:
        return "build_failed";
    case Errc::start_failed:
        return "start_failed";
    case Errc::port_in_use:
        return "port_in_use";
    case Errc::exited:
        return "exited";
    case Errc::timeout:
        return "timeout";
    case Errc::cancelled:
        return "cancelled";
    case Errc::unavailable:
        return "unavailable";
    case Errc::protocol:
        return "protocol";
    case Errc::engine_failed:
        return "engine_failed";
    case Errc::plugin_not_found:
        return "plugin_not_found";
    case Errc::plugin_rejected:
        return "plugin_rejected";
    case Errc::invalid_file:
        return "invalid_file";
    case Errc::dependency_failed:
        return "dependency_failed";
    case Errc::restart_in_progress:
        return "restart_in_progress";
    case Errc::project_busy:
        return "project_busy";
    case Errc::internal:
        break;
    }
    return "internal";
}

std::string to_string(const Error& error) {
    std::string out = headline(error);
    append(out, error, "");
    return out;
}

std::string to_json(const Error& error) {
    // Messages may quote an engine's or a process's bytes, which need not be UTF-8.
    return as_json(error).dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace fairlead
