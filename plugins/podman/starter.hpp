// SPDX-License-Identifier: MIT
#pragma once

#include <fairlead/container_spec.hpp>
#include <fairlead/runtime.hpp>

#include "cleaner.hpp"
#include "container_files.hpp"
#include "engine.hpp"
#include "images.hpp"
#include "networks.hpp"
#include "volumes.hpp"

namespace fairlead::podman {

/// Starts containers: with one process when there is nothing to copy and the network is known. Threads:
/// any number.
class Starter {
public:
    Starter(Engine& engine, Networks& networks, Volumes& volumes, Cleaner& cleaner)
        : engine_(engine), networks_(networks), volumes_(volumes), images_(engine), cleaner_(cleaner) {}

    /// See `ContainerRuntime::start`.
    Result<ContainerId> start(const Call& call, const ContainerSpec& spec, const StartObserver& observer);

private:
    struct Plan;

    Result<void> ensure_surroundings(const Call& call, const ContainerSpec& spec);
    Result<ContainerId> launch(const Call& call, const Plan& plan, const StartObserver& observer);
    Result<Finished> step(const Call& call, const Plan& plan, Command command,
                          const PieceObserver& observer);
    Error undo(const Call& call, const Plan& plan, Error error);

    Engine& engine_;
    Networks& networks_;
    Volumes& volumes_;
    Images images_;
    Cleaner& cleaner_;
};

} // namespace fairlead::podman
