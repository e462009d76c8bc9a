// SPDX-License-Identifier: Apache-2.0
#include "einetwork.hpp"

namespace engram::bench {

NetworkDescription einetwork(const EINetworkSize& size) {
    NetworkDescription network;
    const Parameters neuron{{"V_m", normal(-65.0, 5.0)}};
    const auto e = network.population("E", "iaf_psc_delta", size.excitatory, neuron);
    const auto i = network.population("I", "iaf_psc_delta", size.inhibitory, neuron);
    const auto e_syn = network.copy_model("stdp_synapse_hom", "e_syn", {{"Wmax", 2.0}});
    const auto i_syn = network.copy_model("static_synapse", "i_syn");
    const auto drive = network.device("drive", "poisson_generator", {{"rate", 800.0}});
    network.connect(e, {e, i}, fixed_indegree(size.indegree_excitatory),
                    {.model = e_syn, .weight = 1.0, .delay = 1.0});
    network.connect(i, {e, i}, fixed_indegree(size.indegree_inhibitory),
                    {.model = i_syn, .weight = -4.0, .delay = 1.0});
    network.connect(drive, {e, i}, all_to_all(), {.weight = 1.0, .delay = 1.0});
    return network;
}

}  // namespace engram::bench
