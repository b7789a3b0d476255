// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include <fairlead/suggestion.hpp>

#include "draft.hpp"
#include "in_quotes.hpp"

namespace fairlead::stack_file {
namespace {

void read_condition(Context& context, const Field& field, Dependency& dependency) {
    const auto word = read_string(context, field);
    if (!word) {
        return;
    }
    for (const auto condition :
         {DependencyCondition::service_started, DependencyCondition::service_healthy,
          DependencyCondition::service_completed_successfully}) {
        if (*word == to_string(condition)) {
            dependency.condition = condition;
            return;
        }
    }
    wrong_kind(context, field,
               "\"service_started\", \"service_healthy\" or \"service_completed_successfully\"");
}

constexpr std::array dependency_keys{
    Key<Dependency>{"condition", read_condition},
    Key<Dependency>{"required", into<&Dependency::required, read_bool>},
    Key<Dependency>{"restart", into<&Dependency::restart, read_bool>},
};

void add(Context& context, const Field& field, Draft& draft, Dependency dependency) {
    if (dependency.service == draft.container().service) {
        context.diagnostics.misnamed(field, "a service cannot depend on itself");
    } else if (dependency.required && !context.services.contains(dependency.service)) {
        std::vector<std::string_view> known;
        if (!context.diagnostics.full()) {
            known.assign(context.services.begin(), context.services.end());
        }
        const auto word = closest_word(dependency.service, known);
        context.diagnostics.misnamed(field,
                                     fmt::format("there is no service {}", in_quotes(dependency.service)),
                                     word ? fmt::format("Did you mean \"{}\"?", *word)
                                          : "Declare it under services, or write \"required\": false.");
    } else if (std::ranges::find(draft.service.depends_on, dependency.service, &Dependency::service) !=
               draft.service.depends_on.end()) {
        context.diagnostics.misnamed(field,
                                     fmt::format("{} is named twice", in_quotes(dependency.service)));
    } else {
        draft.service.depends_on.push_back(std::move(dependency));
    }
}

} // namespace

void read_dependencies(Context& context, const Field& field, Draft& draft) {
    const Node& node = field.node();
    if (node.kind == NodeKind::map) {
        for (const Entry& entry : node.entries) {
            Dependency dependency{.service = entry.key};
            if (entry.value.kind != NodeKind::null) {
                read_keys<Dependency>(context, field.at(entry), dependency, dependency_keys);
            }
            add(context, field.at(entry), draft, std::move(dependency));
        }
    } else if (node.kind == NodeKind::list) {
        for (std::size_t i = 0; i < node.items.size(); ++i) {
            if (auto name = read_string(context, field.at(i))) {
                add(context, field.at(i), draft, {.service = std::move(*name)});
            }
        }
    } else {
        wrong_kind(context, field, "a list or a map of services");
    }
}

} // namespace fairlead::stack_file
