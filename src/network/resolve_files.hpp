// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "network/network.hpp"
#include "network/place.hpp"

namespace engram {

/// An array of whole numbers that ascend; empty, and a problem noted, where it is none.
std::vector<std::uint64_t> ascending_numbers(const Place& place, const std::string& name,
                                             const Value& value);

/// The parameters of a rule sonata_edges; with problems noted where they are wrong. The file itself
/// is not looked at.
std::shared_ptr<const Network::EdgeFile> resolve_edge_file(const Place& place, const Rule& rule);

/// Takes `sonata_population` and `node_ids`, how SONATA files call a population and its neurons,
/// out of its parameters.
void resolve_node_ids(const Place& place, Parameters& parameters, Network::Population& population);

/// Takes `spike_file`, one or several, out of the parameters of a population that files make spike.
void resolve_spike_files(const Place& place, Parameters& parameters,
                         Network::Population& population);

}  // namespace engram
