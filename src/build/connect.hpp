// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "network/network.hpp"
#include "state/virtual_process.hpp"
#include "build/target_synapses.hpp"

namespace engram::build {

/// A segment and the source it belongs to, before the rank's rows are numbered.
struct SourceSegment {
    NodeIndex source;
    Segment segment;
};

/// What connecting a projection on one VP leaves for assembling the rows; ordered by (source,
/// delay, receptor, block).
using SourceSegments = std::vector<SourceSegment>;

/// Makes the synapses of one projection onto the neurons of a VP, in two passes over the (replayed)
/// draws: one counts, one puts each synapse into its final place. Run by the VP's own thread.
/// `stored`: synapses that replace the rule's, or nullptr.
SourceSegments connect(VirtualProcess& vp, const Network& network, const Registry& registry,
                       std::size_t projection, const StoredSynapses* stored);

/// Makes the inputs from one device projection.
void connect_device(VirtualProcess& vp, const Network& network, const Registry& registry,
                    std::size_t projection);

/// Gives every plastic projection of the VP its traces and histories, when all delays are known.
void prepare_plasticity(VirtualProcess& vp, const Network& network, const Registry& registry,
                        std::size_t rows, Step max_delay);

}  // namespace engram::build
