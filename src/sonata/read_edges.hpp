// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "engram/communicator.hpp"

#include "core/partition.hpp"
#include "network/network.hpp"
#include "build/target_synapses.hpp"

namespace engram::sonata {

/// Collective. The synapses onto this rank's targets of the projections whose edges are in SONATA
/// files; nothing for the others, and an empty list where there are no such projections. Each rank
/// reads an equal part of every file, and sends the edges to the owners of their targets, a bounded
/// number at a time. Synapses onto one target keep the order of the file.
std::vector<build::StoredSynapses> read_edges(const Communicator& comm, const Network& network,
                                              const Partition& partition);

}  // namespace engram::sonata
