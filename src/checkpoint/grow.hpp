// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engram/communicator.hpp"
#include "engram/description.hpp"

#include "core/partition.hpp"
#include "network/network.hpp"
#include "state/rank_state.hpp"

/// How a network goes on as one that has more parts (docs/decisions/0020-networks-grow.md).
namespace engram::checkpoint {

/// A network that runs.
struct Running {
    const Network& network;
    const Partition& partition;
    const RankState& state;
    bool described;  ///< its description makes its synapses again, but for what they learnt
};

/// Throws, with a list of what differs, when the network that runs cannot grow into a description.
/// With which values its state variables began does not matter any more.
void require_growth(NetworkDescription running, const NetworkDescription& description,
                    const Registry& registry);

/// Collective. The network with all that is added at the ends of its populations and projections,
/// at the same step and in the same state; the network that runs stays as it is. `partition`: over
/// the same ranks and threads. `network` is told what was added when.
RankState grow(const Communicator& comm, const Running& running, Network& network,
               const Registry& registry, const Partition& partition);

}  // namespace engram::checkpoint
