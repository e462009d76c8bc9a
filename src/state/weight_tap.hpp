// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/types.hpp"

namespace engram {

/// A weight that a spike transmitted.
struct TransmittedWeight {
    Step arrival = 0;
    NodeIndex source = 0, target = 0;  ///< within their populations
    double weight = 0.0;
    std::uint32_t delay = 1, receptor = 0;  ///< delay: steps
};

/// Reads the weights of one projection on one VP as spikes arrive.
struct WeightTap {
    std::size_t projection = 0;
    std::size_t columns = 0;             ///< of the VP's synapse table
    std::size_t first = 0, targets = 0;  ///< numbers of the projection's targets in the columns
    NodeIndex target_begin = 0;          ///< the first of them within its population
    /// For each source with synapses here the first of them, ascending, and the source.
    std::vector<std::uint32_t> source_begin;
    std::vector<NodeIndex> sources;
    std::vector<TransmittedWeight> weights;  ///< since the last flush, in the calendar's order
};

}  // namespace engram
