// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <fairlead/container_id.hpp>
#include <fairlead/container_spec.hpp>
#include <fairlead/runtime.hpp>

#include "cleaner.hpp"
#include "common/call.hpp"
#include "common_names.hpp"
#include "container_json.hpp"
#include "containers.hpp"
#include "images.hpp"
#include "networks.hpp"
#include "volumes.hpp"

namespace fairlead::docker {

/// `ContainerRuntime::start`, step by step. Threads: any number.
class Starter {
public:
    Starter(Engine& engine, Containers& containers, Networks& networks, Volumes& volumes, Images& images,
            Cleaner& cleaner)
        : engine_(engine), containers_(containers), networks_(networks), volumes_(volumes),
          images_(images), cleaner_(cleaner) {}

    Result<ContainerId> start(const Call& call, const ContainerSpec& spec, const StartObserver& observer);

private:
    struct Creation;

    Result<void> prepare(const Call& call, const ContainerSpec& spec);
    Result<void> get_image(const Call& call, const ContainerSpec& spec, const StartObserver& observer);
    Result<std::string> create_with_image(const Call& call, const ContainerSpec& spec,
                                          const StartObserver& observer);
    Result<Creation> create(const Call& call, const ContainerSpec& spec);
    Result<HttpResponse> post_create(const Call& call, const std::string& name, const Json& body,
                                     const std::string& start);
    Result<std::string> find_created(const Call& call, const std::string& name, const std::string& start);
    Result<void> finish(const Call& call, const ContainerSpec& spec, const std::string& id);
    Result<void> copy_files(const Call& call, const ContainerSpec& spec, const std::string& id);
    Error undo(const Call& call, const std::string& id, Error error);

    Engine& engine_;
    Containers& containers_;
    Networks& networks_;
    Volumes& volumes_;
    Images& images_;
    Cleaner& cleaner_;
};

} // namespace fairlead::docker
