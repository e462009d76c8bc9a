// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "engram/description.hpp"

#include "models/registry.hpp"

namespace engram::sonata {

/// A SONATA configuration as a network: what is wrong is in the description's problems, with the
/// names of the files.
struct SonataNetwork {
    NetworkDescription network;
    std::vector<std::string> warnings;  ///< what was not read
    std::string output;                 ///< folder that the configuration names; "" for none
};

/// Local. Reads a simulation configuration with the circuit it names, or a circuit alone (which has
/// nothing to run). Nodes are read in full; of the edges only what they are, since they are read
/// when the network is built.
SonataNetwork read_network(const std::string& path, const Registry& registry);

/// Whether a path names a SONATA configuration rather than a network file: it ends with .json.
bool is_config(const std::string& path);

}  // namespace engram::sonata
