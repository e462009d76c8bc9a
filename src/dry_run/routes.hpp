// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/partition.hpp"
#include "network/network.hpp"
#include "state/rank_state.hpp"
#include "dry_run/reach.hpp"

namespace engram::dry_run {

/// Fills in where the spikes of `rank`'s neurons go: to itself exactly, to every other rank with
/// the probability that one of its neurons is a target. The rows of other ranks are not known: 0.
void model_routes(const Network& network, const Partition& partition, const Reach& reach, int rank,
                  RankState& state);

}  // namespace engram::dry_run
