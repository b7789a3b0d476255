// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstddef>
#include <utility>

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <fairlead/labels.hpp>
#include <fairlead/stack.hpp>
#include <fairlead/stack_file.hpp>
#include <fairlead/suggestion.hpp>

namespace fairlead {
namespace {

/// Which services of a stack are to run, found by following dependencies.
class Selection {
public:
    Selection(const Stack& stack, const std::vector<std::string>& profiles)
        : stack_(stack), profiles_(profiles), chosen_(stack.services.size(), false) {}

    /// Naming a service turns its profiles on, for what it depends on as well.
    Result<void> add_named(const std::vector<std::string>& names);
    void add_enabled();
    Result<void> add_dependencies();
    [[nodiscard]] std::vector<Service> take() const;

private:
    [[nodiscard]] std::size_t find(const std::string& name) const;
    [[nodiscard]] bool enabled(const Service& service) const;
    Result<void> add_dependencies_of(const Service& service);

    const Stack& stack_;
    std::vector<std::string> profiles_;
    std::vector<bool> chosen_;
    /// Chosen, and their dependencies not yet looked at.
    std::vector<std::size_t> pending_;
};

std::size_t Selection::find(const std::string& name) const {
    const auto at = std::ranges::find_if(
        stack_.services, [&name](const Service& service) { return service.container.service == name; });
    return static_cast<std::size_t>(at - stack_.services.begin());
}

bool Selection::enabled(const Service& service) const {
    const auto on = [this](const std::string& profile) {
        return std::ranges::any_of(profiles_, [&profile](const std::string& wanted) {
            return wanted == profile || wanted == "*";
        });
    };
    return service.profiles.empty() || std::ranges::any_of(service.profiles, on);
}

Result<void> Selection::add_named(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        const std::size_t index = find(name);
        if (index == stack_.services.size()) {
            std::vector<std::string_view> known;
            for (const Service& service : stack_.services) {
                known.push_back(service.container.service);
            }
            const auto word = closest_word(name, known);
            return fail({.code = Errc::invalid_spec,
                         .operation = "select services",
                         .subject = name,
                         .message = fmt::format("the stack {} has no such service", stack_.name),
                         .hint = word ? fmt::format("Did you mean \"{}\"?", *word)
                                      : fmt::format("Its services: {}.", fmt::join(known, ", "))});
        }
        const auto& own = stack_.services[index].profiles;
        profiles_.insert(profiles_.end(), own.begin(), own.end());
        if (!chosen_[index]) {
            chosen_[index] = true;
            pending_.push_back(index);
        }
    }
    return {};
}

void Selection::add_enabled() {
    for (std::size_t i = 0; i < stack_.services.size(); ++i) {
        if (enabled(stack_.services[i])) {
            chosen_[i] = true;
            pending_.push_back(i);
        }
    }
}

Result<void> Selection::add_dependencies() {
    while (!pending_.empty()) {
        const std::size_t index = pending_.back();
        pending_.pop_back();
        if (auto added = add_dependencies_of(stack_.services[index]); !added) {
            return added;
        }
    }
    return {};
}

Result<void> Selection::add_dependencies_of(const Service& service) {
    for (const Dependency& dependency : service.depends_on) {
        const std::size_t index = find(dependency.service);
        const bool known = index != stack_.services.size();
        if (known && chosen_[index]) {
            continue;
        }
        if (known && enabled(stack_.services[index])) {
            chosen_[index] = true;
            pending_.push_back(index);
        } else if (dependency.required) {
            return fail(
                {.code = Errc::invalid_spec,
                 .operation = "select services",
                 .subject = service.container.service,
                 .message =
                     known
                         ? fmt::format("it depends on {}, whose profile ({}) is off", dependency.service,
                                       fmt::join(stack_.services[index].profiles, ", "))
                         : fmt::format("it depends on {}, which is not in the stack", dependency.service),
                 .hint = known ? "Turn the profile on, name that service as well, or write \"required\": "
                                 "false."
                               : ""});
        }
    }
    return {};
}

std::vector<Service> Selection::take() const {
    std::vector<Service> services;
    for (std::size_t i = 0; i < chosen_.size(); ++i) {
        if (chosen_[i]) {
            services.push_back(stack_.services[i]);
        }
    }
    return services;
}

} // namespace

std::string_view to_string(DependencyCondition condition) noexcept {
    switch (condition) {
    case DependencyCondition::service_started:
        return "service_started";
    case DependencyCondition::service_healthy:
        return "service_healthy";
    case DependencyCondition::service_completed_successfully:
        break;
    }
    return "service_completed_successfully";
}

Result<std::vector<Service>> select_services(const Stack& stack, const std::vector<std::string>& names,
                                             const std::vector<std::string>& profiles) {
    Selection selection(stack, profiles);
    if (names.empty()) {
        selection.add_enabled();
    } else if (auto added = selection.add_named(names); !added) {
        return std::unexpected(std::move(added.error()));
    }
    if (auto added = selection.add_dependencies(); !added) {
        return std::unexpected(std::move(added.error()));
    }
    return selection.take();
}

std::string config_hash(const ContainerSpec& spec) {
    // Fairlead's own labels differ from start to start; what is hashed is what the user asked for. How
    // the image is got makes no difference to the container.
    Stack stack{.name = spec.project};
    ContainerSpec& hashed = stack.services.emplace_back().container;
    hashed = spec;
    hashed.pull_policy = PullPolicy::missing;
    std::erase_if(hashed.labels,
                  [](const auto& label) { return label.first.starts_with(labels::prefix); });
    const boost::uuids::uuid fairlead_configs{
        {0x6f, 0x1d, 0x5c, 0x0e, 0x53, 0x0b, 0x4a, 0x92, 0x9c, 0x41, 0x2e, 0x7d, 0x8a, 0x90, 0xb4, 0x37}};
    return to_string(boost::uuids::name_generator_sha1(fairlead_configs)(write_stack(stack)));
}

} // namespace fairlead
