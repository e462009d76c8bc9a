// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engram/communicator.hpp"
#include "engram/description.hpp"

#include "core/partition.hpp"
#include "network/network.hpp"

namespace engram::build {

/// Collective. The checked description; what is wrong is the same on all ranks, or made so.
Network agree_on_network(const Communicator& comm, const NetworkDescription& description,
                         const Registry& registry, int threads);

/// Which virtual process owns which neurons.
Partition partition_of(const Communicator& comm, const Network& network, int threads);

}  // namespace engram::build
