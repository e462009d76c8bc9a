// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/register_info.hpp"
#include "state/plastic_kernel.hpp"

namespace engram {

template <class Model>
void register_synapse(Registry& registry, const char* name) {
    ModelInfo info = describe<Model>(ModelKind::synapse, name);
    if constexpr (requires { typename Model::Constants; }) {
        auto model = std::make_shared<const PairPlasticity<Model>>();
        info.objection = [model](const Numbers& common, double weight) {
            return model->objection(common, weight);
        };
        registry.add(std::move(info), std::move(model));
    } else {
        registry.add(std::move(info));
    }
}

}  // namespace engram
