// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/types.hpp"
#include "state/row_sources.hpp"
#include "state/virtual_process.hpp"

namespace engram {

/// The network on one rank, and where it stands in time.
struct RankState {
    std::vector<VirtualProcess> vps;  ///< one a thread
    RowSources row_sources;
    Step min_delay = 1, max_delay = 1;  ///< over the whole network
    Step now = 0;                       ///< steps completed
};

}  // namespace engram
