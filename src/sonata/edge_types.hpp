// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "engram/description.hpp"

#include "models/registry.hpp"
#include "sonata/edge_population.hpp"
#include "sonata/node_population.hpp"
#include "sonata/type_table.hpp"

namespace engram::sonata {

/// What a description of edges is made of.
struct EdgeContext {
    const std::vector<NodePopulation>& nodes;
    ParameterFiles& parameters;
    const Registry& registry;
    NetworkDescription& network;
    Findings& findings;
};

/// Adds the projections of one population of edges to the network: one for all types that make the
/// same synapses, for each pair of populations of the network. The edges themselves are read when
/// the network is built.
void add_projections(const EdgeContext& context, const std::string& file, const std::string& name,
                     const EdgePopulation& edges, const TypeTable& types);

}  // namespace engram::sonata
