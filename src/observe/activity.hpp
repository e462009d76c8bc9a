// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "engram/communicator.hpp"

#include "network/network.hpp"
#include "state/rank_state.hpp"

/// What can be seen of a network that runs. Functions are collective.
namespace engram::observe {

/// Spikes of each population since it was built or resumed, on all ranks.
std::vector<std::uint64_t> spike_counts(const Communicator& comm, const Network& network,
                                        const RankState& state);

/// The projections whose weights learn. Local.
std::vector<std::size_t> plastic_projections(const Network& network, const Registry& registry);

/// The mean weight of each of these projections (not a number where there are no synapses), as the
/// weights were last brought up to date by a spike. Reads all of them.
std::vector<double> mean_weights(const Communicator& comm, const RankState& state,
                                 const std::vector<std::size_t>& projections);

}  // namespace engram::observe
