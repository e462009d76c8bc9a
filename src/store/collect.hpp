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

/// Collective. The synapses of a projection ordered by target, source, delay, on all ranks.
ConnectionList collect_connections(const Communicator& comm, const Network& network,
                                   const RankState& state, const std::string& projection);

}  // namespace engram
