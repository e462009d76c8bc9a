// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "network/network.hpp"
#include "state/virtual_process.hpp"
#include "build/target_synapses.hpp"

namespace engram::build {

/// Projections of which a VP holds the synapses in the same columns, so that a source's targets in
/// several populations make long segments. In the order of their target populations.
using Bundle = std::vector<std::size_t>;

/// All projections between populations, in bundles ordered by their least projection. Static
/// projections of one source population share columns when they were there at the same time, and
/// all have the same constant weight or all have one for each synapse. Sums of input do not depend
/// on who shares: a projection that is not the only one between its populations has columns of its
/// own.
std::vector<Bundle> bundle_projections(const VirtualProcess& vp, const Network& network,
                                       const Registry& registry,
                                       const std::vector<StoredSynapses>& stored);

}  // namespace engram::build
