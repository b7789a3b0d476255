// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <fairlead/error.hpp>

namespace fairlead::fake {

using Json = nlohmann::json;

/// The first thing that is wrong with the options; readers go on and say no more.
class Complaint {
public:
    void about(std::string path, std::string message, std::string hint = {});
    [[nodiscard]] const std::optional<Error>& error() const noexcept { return error_; }

private:
    std::optional<Error> error_;
};

/// One JSON object, read field by field. Absent fields leave their value as it is. What has not been
/// asked for by the end is unknown.
class JsonFields {
public:
    JsonFields(const Json& object, std::string path, Complaint& complaint);
    JsonFields(const JsonFields&) = delete;
    JsonFields& operator=(const JsonFields&) = delete;
    /// Complains of unknown fields.
    ~JsonFields();

    /// The field, whatever it is, and its path; null if it is absent.
    std::pair<const Json*, std::string> field(std::string_view name);

    void read(std::string_view name, bool& value);
    void read(std::string_view name, std::string& value);
    void read(std::string_view name, std::vector<std::string>& value);
    void read(std::string_view name, std::chrono::nanoseconds& value);
    /// From 0.
    void read(std::string_view name, std::optional<int>& value);
    template <class T>
    void read(std::string_view name, std::optional<T>& value) {
        if (object_.is_object() && object_.contains(name)) {
            read(name, value.emplace());
        } else {
            known_.push_back(name);
        }
    }

    /// One of `choices`, by its name.
    template <class T, std::size_t Count>
    void read(std::string_view name, T& value, const std::pair<std::string_view, T> (&choices)[Count]) {
        std::vector<std::string_view> names;
        for (const auto& choice : choices) {
            names.push_back(choice.first);
        }
        if (const auto index = choose(name, names)) {
            value = choices[*index].second;
        }
    }

    [[nodiscard]] Complaint& complaint() noexcept { return complaint_; }

private:
    std::optional<std::size_t> choose(std::string_view name, const std::vector<std::string_view>& names);

    const Json& object_;
    std::string path_;
    Complaint& complaint_;
    std::vector<std::string_view> known_;
};

} // namespace fairlead::fake
