// SPDX-License-Identifier: Apache-2.0
#include "observe/activity.hpp"

#include <algorithm>

#include "parallel/collectives.hpp"
#include "models/registry.hpp"

namespace engram::observe {

std::vector<std::uint64_t> spike_counts(const Communicator& comm, const Network& network,
                                        const RankState& state) {
    std::vector<std::uint64_t> counts(network.populations.size(), 0);
    for (const auto& vp : state.vps)
        for (std::size_t p = 0; p < counts.size(); ++p) counts[p] += vp.slices[p].spikes;
    parallel::sum(comm, std::span(counts));
    return counts;
}

std::vector<std::size_t> plastic_projections(const Network& network, const Registry& registry) {
    std::vector<std::size_t> result;
    for (std::size_t i = 0; i < network.projections.size(); ++i)
        if (const auto& p = network.projections[i];
            !p.device && registry.find(ModelKind::synapse, p.base_model)->plastic)
            result.push_back(i);
    return result;
}

std::vector<double> mean_weights(const Communicator& comm, const RankState& state,
                                 const std::vector<std::size_t>& projections) {
    std::vector<double> sums(projections.size(), 0.0), sizes(projections.size(), 0.0);
    for (const auto& vp : state.vps)
        for (std::size_t i = 0; i < projections.size(); ++i) {
            const SynapseColumns& columns = vp.synapses.columns_of(projections[i]);
            for (const double w : columns.weights) sums[i] += w;
            for (const float w : columns.weights_single) sums[i] += static_cast<double>(w);
            sizes[i] += static_cast<double>(columns.size);
        }
    parallel::sum(comm, std::span(sums));
    parallel::sum(comm, std::span(sizes));
    std::transform(sums.begin(), sums.end(), sizes.begin(), sums.begin(), std::divides<>());
    return sums;
}

}  // namespace engram::observe
