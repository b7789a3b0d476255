// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <fairlead/container_id.hpp>
#include <fairlead/error.hpp>

namespace fairlead::conformance {

/// The engine past the runtime under test: some rules are about what is not fairlead's, or cannot be
/// seen through the contract. For the engines known here that is their own command line; the in-memory
/// engine is told by its options.
class Backdoor {
public:
    /// Errors: `invalid_spec` for options that are not a JSON object.
    [[nodiscard]] static Result<Backdoor> open(std::string_view runtime, std::string_view options);

    /// Whether the engine's command line can be used; `reason` says why not.
    [[nodiscard]] bool available() const { return reason_.empty(); }
    [[nodiscard]] const std::string& reason() const { return reason_; }

    /// Options that name an engine which is not there; empty: none are known.
    [[nodiscard]] const std::string& unreachable_options() const { return unreachable_; }
    /// The options for the runtime of one case; to the in-memory engine they also name the foreign
    /// network and volume of that project.
    [[nodiscard]] std::string options_for(std::string_view project) const;

    [[nodiscard]] static std::string foreign_name(std::string_view project);

    ContainerId run_container(const std::string& name, const std::string& image) const;
    void remove_container(const std::string& name) const;
    void create_network(const std::string& name) const;
    void remove_network(const std::string& name) const;
    void create_volume(const std::string& name) const;
    void remove_volume(const std::string& name) const;
    void remove_image(const std::string& name) const;
    [[nodiscard]] bool has_network(const std::string& name) const;
    [[nodiscard]] bool has_volume(const std::string& name) const;

private:
    void must(std::vector<std::string> arguments) const;
    [[nodiscard]] int run(std::vector<std::string> arguments, std::string* output = nullptr) const;

    std::string runtime_;
    std::string options_;
    std::string reason_;
    std::string unreachable_;
    /// The program and what stands before every subcommand.
    std::vector<std::string> program_;
};

} // namespace fairlead::conformance
