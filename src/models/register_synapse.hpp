// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/register_info.hpp"
#include "state/plastic_kernel.hpp"
#include "state/random_kernel.hpp"
#include "state/short_term.hpp"
#include "state/triplet_kernel.hpp"

namespace engram {

/// The driver that a model file asks for by what it declares (docs/add-a-model.md); nullptr for
/// static synapses.
template <class Model>
std::shared_ptr<const SynapseDriver> make_synapse_driver() {
    if constexpr (requires { Model::source_fields; })
        return std::make_shared<ShortTermPlasticity<Model>>();
    else if constexpr (requires { &Model::probability; })
        return std::make_shared<RandomTransmission<Model>>();
    else if constexpr (requires { &Model::potentiated; })
        return std::make_shared<TripletPlasticity<Model>>();
    else if constexpr (requires { typename Model::Constants; })
        return std::make_shared<PairPlasticity<Model>>();
    else return nullptr;
}

template <class Model>
void register_synapse(Registry& registry, const char* name) {
    ModelInfo info = describe<Model>(ModelKind::synapse, name);
    using Settings = typename Model::Parameters;
    if constexpr (requires(const Settings& p, std::vector<std::string>& problems) {
                      Model::check(p, problems);
                  })
        info.check = [](const Numbers& values, std::vector<std::string>& problems) {
            Model::check(parameters_of<Model>(values), problems);
        };
    auto driver = make_synapse_driver<Model>();
    if (driver == nullptr) return registry.add(std::move(info));
    info.plastic = driver->learns();
    if (driver->learns())
        info.objection = [driver](const Numbers& common, double weight) {
            return driver->objection(common, weight);
        };
    registry.add(std::move(info), std::move(driver));
}

}  // namespace engram
