// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "hdf5/foreign_file.hpp"

namespace engram::sonata {

/// Where the spikes of a population stand in a spike file, in today's or an older spelling:
/// `/spikes/<population>` or `/spikes`, `node_ids` or `gids`.
struct SpikeArrays {
    std::string nodes, times;
};

/// Local; throws when the population has no spikes there, or the arrays differ in length.
SpikeArrays find_spikes(const hdf5::ForeignFile& file, const std::string& population);

}  // namespace engram::sonata
