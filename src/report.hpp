// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engram/simulation.hpp"

#include "parallel/memory.hpp"
#include "network/network.hpp"
#include "state/rank_state.hpp"
#include "step/loop.hpp"

namespace engram {

/// Collective. Memory by category, summed over the ranks, and of the processes. `recorded`: bytes
/// that recorders hold on this rank. `built`: of this rank, when the network was built.
MemoryReport report_memory(const Communicator& comm, const Network& network, const RankState& state,
                           const step::Loop& loop, std::uint64_t recorded,
                           const parallel::ProcessMemory& built);

/// Collective. Phases and counts; the caller adds the totals that it measured.
TimeReport report_times(const Communicator& comm, const RankState& state, const step::Loop& loop);

}  // namespace engram
