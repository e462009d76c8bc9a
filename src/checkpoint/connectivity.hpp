// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "engram/communicator.hpp"

#include "core/partition.hpp"
#include "network/network.hpp"
#include "state/rank_state.hpp"

namespace engram::checkpoint {

/// Collective. A hash of all that building makes and simulating does not change: source, target,
/// delay and receptor of every synapse, and the weights of those that do not learn. The same on
/// every layout.
std::uint64_t hash_connectivity(const Communicator& comm, const Network& network,
                                const Registry& registry, const RankState& state);

}  // namespace engram::checkpoint
