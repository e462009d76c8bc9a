// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engram/communicator.hpp"

#include "core/partition.hpp"
#include "network/network.hpp"
#include "state/rank_state.hpp"

namespace engram::sonata {

/// Collective. Gives the neurons of every spike_source the spikes of its files: each rank reads an
/// equal part of every file, and sends the spikes to the owners of the neurons, a bounded number at
/// a time. Only after building; the model time does not matter.
void read_spikes(const Communicator& comm, const Network& network, const Partition& partition,
                 RankState& state);

}  // namespace engram::sonata
