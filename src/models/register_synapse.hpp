// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/register_info.hpp"
#include "state/plastic_kernel.hpp"

namespace engram {

template <class Model>
void register_synapse(Registry& registry, const char* name) {
    if constexpr (requires { typename Model::Constants; })
        registry.add(describe<Model>(ModelKind::synapse, name), std::make_shared<const PairPlasticity<Model>>());
    else
        registry.add(describe<Model>(ModelKind::synapse, name));
}

}  // namespace engram
