// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "engram/simulation.hpp"

#include "core/partition.hpp"
#include "network/network.hpp"
#include "state/rank_state.hpp"
#include "checkpoint/checkpoint_file.hpp"

namespace engram::checkpoint {

/// Collective. The checkpoint that a run continues from; nullptr for a run from the beginning.
/// Throws with a list of what differs when it is of another network, and when a run that does not
/// resume would write over the checkpoints and recordings of an earlier one.
std::unique_ptr<CheckpointFile> find_start(const Communicator& comm,
                                           const NetworkDescription& description,
                                           const RunOptions& run);

/// Collective. The network as the checkpoint left it. Throws when the description makes other
/// connections than the checkpoint has weights for.
RankState rebuild(const Communicator& comm, const CheckpointFile& file, const Network& network,
                  const Registry& registry, const Partition& partition);

}  // namespace engram::checkpoint
