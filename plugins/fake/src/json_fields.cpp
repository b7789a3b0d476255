// SPDX-License-Identifier: MIT
#include "json_fields.hpp"

#include <algorithm>
#include <climits>
#include <cstdint>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <fairlead/suggestion.hpp>
#include <fairlead/time.hpp>

namespace fairlead::fake {
namespace {

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates) {
    const auto closest = closest_word(word, candidates);
    return closest ? fmt::format("Did you mean '{}'?", *closest)
                   : fmt::format("Known are {}.", fmt::join(candidates, ", "));
}

} // namespace

void Complaint::about(std::string path, std::string message, std::string hint) {
    if (!error_) {
        error_ = Error{.code = Errc::invalid_spec,
                       .operation = "read options of fake",
                       .subject = std::move(path),
                       .message = std::move(message),
                       .hint = std::move(hint)};
    }
}

JsonFields::JsonFields(const Json& object, std::string path, Complaint& complaint)
    : object_(object), path_(std::move(path)), complaint_(complaint) {
    if (!object_.is_object()) {
        complaint_.about(path_, fmt::format("an object is expected, not {}", object_.type_name()));
    }
}

JsonFields::~JsonFields() {
    if (!object_.is_object()) {
        return;
    }
    for (const auto& [key, value] : object_.items()) {
        if (std::ranges::find(known_, key) == known_.end()) {
            complaint_.about(path_.empty() ? key : path_ + '.' + key, "unknown option",
                             did_you_mean(key, known_));
        }
    }
}

std::pair<const Json*, std::string> JsonFields::field(std::string_view name) {
    known_.push_back(name);
    std::string path = path_.empty() ? std::string(name) : fmt::format("{}.{}", path_, name);
    if (!object_.is_object()) {
        return {nullptr, std::move(path)};
    }
    const auto found = object_.find(name);
    return {found == object_.end() ? nullptr : &*found, std::move(path)};
}

void JsonFields::read(std::string_view name, bool& value) {
    const auto [json, path] = field(name);
    if (json == nullptr) {
        return;
    }
    if (!json->is_boolean()) {
        complaint_.about(path, "true or false is expected");
        return;
    }
    value = json->get<bool>();
}

void JsonFields::read(std::string_view name, std::string& value) {
    const auto [json, path] = field(name);
    if (json == nullptr) {
        return;
    }
    if (!json->is_string()) {
        complaint_.about(path, "a text is expected");
        return;
    }
    value = json->get<std::string>();
}

void JsonFields::read(std::string_view name, std::vector<std::string>& value) {
    const auto [json, path] = field(name);
    if (json == nullptr) {
        return;
    }
    const bool texts = json->is_array() && std::ranges::all_of(*json, [](const Json& element) {
                           return element.is_string();
                       });
    if (!texts) {
        complaint_.about(path, "a list of texts is expected");
        return;
    }
    value = json->get<std::vector<std::string>>();
}

void JsonFields::read(std::string_view name, std::chrono::nanoseconds& value) {
    const auto [json, path] = field(name);
    if (json == nullptr) {
        return;
    }
    const auto duration = json->is_string() ? parse_duration(json->get<std::string>())
                                            : Result<std::chrono::nanoseconds>(std::unexpected(Error{}));
    if (!duration) {
        complaint_.about(path, fmt::format("a duration is expected, not {}", json->dump()),
                         "Write it as text with a unit: \"300ms\", \"1.5s\", \"2m\".");
        return;
    }
    value = *duration;
}

void JsonFields::read(std::string_view name, std::optional<int>& value) {
    const auto [json, path] = field(name);
    if (json == nullptr) {
        return;
    }
    const bool fits = json->is_number_unsigned() && json->get<std::uint64_t>() <= INT_MAX;
    if (!fits) {
        complaint_.about(path, fmt::format("a whole number from 0 is expected, not {}", json->dump()));
        return;
    }
    value = json->get<int>();
}

std::optional<std::size_t> JsonFields::choose(std::string_view name,
                                              const std::vector<std::string_view>& names) {
    const auto [json, path] = field(name);
    if (json == nullptr) {
        return std::nullopt;
    }
    const std::string word = json->is_string() ? json->get<std::string>() : json->dump();
    const auto found = std::ranges::find(names, word);
    if (found == names.end()) {
        complaint_.about(path, fmt::format("'{}' is not one of {}", word, fmt::join(names, ", ")),
                         did_you_mean(word, names));
        return std::nullopt;
    }
    return static_cast<std::size_t>(found - names.begin());
}

} // namespace fairlead::fake
