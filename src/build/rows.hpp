// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "engram/communicator.hpp"

#include "core/partition.hpp"
#include "state/rank_state.hpp"
#include "build/connect.hpp"

namespace engram::build {

/// Numbers the sources that have targets on this rank, in ascending order.
/// `segments[vp][columns]`.
std::vector<GlobalIndex> number_rows(std::uint64_t neurons,
                                     const std::vector<std::vector<SourceSegments>>& segments);

/// Puts the segments of all columns of a VP into rows, each ordered by (delay, columns, receptor,
/// block). Frees `segments`.
void assemble_rows(SynapseTable& table, const std::vector<GlobalIndex>& row_sources,
                   std::vector<SourceSegments>& segments);

/// Collective. Tells the owner of every source which ranks must hear of its spikes, and as which
/// row.
void make_routes(const Communicator& comm, const Network& network, const Partition& partition,
                 RankState& state);

}  // namespace engram::build
