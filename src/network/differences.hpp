// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "engram/description.hpp"

namespace engram {

/// Where the dynamics of the network of a checkpoint and of a description differ, a line for each:
/// `population 'E': tau_m = 20 in the checkpoint, 10 in the description`. None when their
/// dynamics_text is equal.
std::vector<std::string> differences(const NetworkDescription& checkpoint,
                                     const NetworkDescription& description);

/// What keeps a network that runs from growing into a description, likewise: parts that are missing
/// there or described otherwise, and new populations and projections that are not behind the old
/// ones, whose random numbers would become others. Recorders may record more than they did.
std::vector<std::string> obstacles_to_growth(const NetworkDescription& running,
                                             const NetworkDescription& description);

}  // namespace engram
