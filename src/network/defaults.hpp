// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "engram/description.hpp"

namespace engram {

/// The copies that lead from a synapse model's name to the built-in model, nearest first.
struct CopyChain {
    std::vector<const SynapseModel*> copies;
    std::string base;       ///< the first name that is no copy
    bool circular = false;  ///< the copies lead back to one of them; there is no base
};
CopyChain copy_chain(const NetworkDescription& description, std::string_view name);

/// Weight and delay of a projection: its own, else those of the nearest copy that sets them,
/// else 1.
Value effective_weight(const NetworkDescription& description, const Synapse& synapse);
Value effective_delay(const NetworkDescription& description, const Synapse& synapse);

/// The names of all projections, one for each target: `E_to_I` for unnamed ones, `name_to_I` for a
/// name with several targets; a name already taken gets the suffix _2, _3, ...
std::vector<std::vector<std::string>> projection_names(const std::vector<Projection>& projections);

}  // namespace engram
