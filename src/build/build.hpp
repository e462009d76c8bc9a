// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <vector>

#include "engram/communicator.hpp"

#include "core/partition.hpp"
#include "network/network.hpp"
#include "state/rank_state.hpp"
#include "build/target_synapses.hpp"

namespace engram::build {

/// Collective. Makes the network's share of this rank: neurons, synapses, rows, routes. `stored`:
/// for each projection the synapses onto this rank's targets that take the place of the rule's, or
/// nothing.
RankState build(const Communicator& comm, const Network& network, const Registry& registry,
                const Partition& partition, const std::vector<StoredSynapses>& stored);

/// Fills in where the spikes of a rank's neurons go, when its rows are numbered.
using MakeRoutes = std::function<void(RankState&)>;

/// Collective. The same of any rank of the partition, which need not be one of `comm`.
RankState build_share(const Communicator& comm, int rank, const Network& network,
                      const Registry& registry, const Partition& partition,
                      const std::vector<StoredSynapses>& stored, const MakeRoutes& routes);

}  // namespace engram::build
