// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "engram/description.hpp"

#include "sonata/config_file.hpp"
#include "sonata/node_population.hpp"

namespace engram::sonata {

/// A simulation configuration and what it is to be put into.
struct SimulationContext {
    const ConfigFile& config;
    const std::vector<NodePopulation>& nodes;
    NetworkDescription& network;
    Findings& findings;
    std::string& output;  ///< folder
};

/// Local. Reads what is to be done with the circuit: run, inputs, output and reports.
void read_simulation(const SimulationContext& context);

}  // namespace engram::sonata
