// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "engram/communicator.hpp"

#include "network/network.hpp"
#include "state/rank_state.hpp"

namespace engram {

/// Names of the projections between populations.
std::vector<std::string> projection_names(const Network& network);

/// Collective. A state variable of all neurons of a population, on all ranks.
std::vector<double> collect_state(const Communicator& comm, const Network& network,
                                  const RankState& state, const std::string& population,
                                  const std::string& variable);

/// The number of the population, or of the projection between populations, that has this name.
/// Throws when there is none.
std::size_t find_population(const Network& network, const std::string& population);
std::size_t find_projection(const Network& network, const std::string& projection);

/// Local. The synapses of a projection onto this rank's neurons, ordered by target, source, delay.
ConnectionList local_connections(const Network& network, const RankState& state,
                                 std::size_t projection);

/// Collective. The synapses of a projection ordered by target, source, delay, on all ranks.
ConnectionList collect_connections(const Communicator& comm, const Network& network,
                                   const RankState& state, const std::string& projection);

}  // namespace engram
