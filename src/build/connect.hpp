// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "core/buffer.hpp"
#include "network/network.hpp"
#include "state/virtual_process.hpp"
#include "build/bundle.hpp"
#include "build/segment_kinds.hpp"
#include "build/target_synapses.hpp"

namespace engram::build {

/// Targets that columns can count: blocks are numbered in 8 bits, targets within them in 16.
constexpr std::size_t most_targets = std::size_t{1} << 24;

/// A segment and the source it belongs to, before the rank's rows and the VP's kinds of segments
/// are in their order.
struct SourceSegment {
    GlobalIndex source;
    Segment segment;
};

/// What connecting leaves for assembling the rows; ordered by (source, delay, receptor, block).
using SourceSegments = std::vector<SourceSegment>;

/// Makes the synapses of a bundle onto the neurons of a VP, in the table's columns of this number,
/// in two passes over the (replayed) draws: one counts, one puts each synapse into its final place.
/// Run by the VP's own thread. `stored`: for each projection the synapses that replace the rule's,
/// or nothing. `room` for what each synapse needs meanwhile is left to the next
/// bundle.
SourceSegments connect(VirtualProcess& vp, const Network& network, const Registry& registry,
                       const Bundle& bundle, std::size_t columns,
                       const std::vector<StoredSynapses>& stored, SegmentKinds& kinds,
                       Buffer<std::byte>& room);

/// Makes the inputs from one device projection.
void connect_device(VirtualProcess& vp, const Network& network, const Registry& registry,
                    std::size_t projection);

/// The kernel that synapses as these need.
std::unique_ptr<SynapseKernel> make_kernel(const SynapseColumns& columns, const Network& network,
                                           const Registry& registry, const RowSources& row_sources);

/// Gives every projection of the VP its kernel, and what that needs of traces and histories, when
/// all delays are known.
void prepare_plasticity(VirtualProcess& vp, const Network& network, const Registry& registry,
                        const RowSources& row_sources, Step max_delay);

}  // namespace engram::build
