// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/synapses/stdp_synapse_hom.hpp"

namespace engram {

/// Spike-timing dependent plasticity, all pairs, with power-law dependence on the weight. NEST
/// gives each synapse parameters of its own; here those of a copy of the model share them, so that
/// it is stdp_synapse_hom under the name by which most networks ask for it. The delay counts as
/// dendritic.
struct stdp_synapse : stdp_synapse_hom {
    static constexpr std::string_view doc =
        "spike-timing dependent plasticity of all pairs, with power-law dependence on the weight";
    static constexpr std::string_view source =
        "Guetig et al. 2003, doi:10.1523/JNEUROSCI.23-09-03697.2003 (eqs 1-4); Morrison et al. "
        "2008, doi:10.1007/s00422-008-0233-1; NEST stdp_synapse";
};

}  // namespace engram
