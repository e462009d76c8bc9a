// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engram/communicator.hpp"

#include "models/registry.hpp"
#include "store/network_file.hpp"

namespace engram::sonata {

/// What a stored network does not say of itself.
struct ExportRequest {
    std::string folder;                                           ///< made if need be
    std::vector<std::string> populations;                         ///< in the order of the network
    std::vector<std::string> projections;                         ///< likewise
    std::map<std::string, std::vector<std::string>> spike_files;  ///< of spike sources
    double duration = 1000.0;                                     ///< ms
};

/// Collective. Writes a stored network as SONATA: a circuit, and a simulation configuration that
/// runs it (docs/sonata.md). The same bytes on every layout.
void write_network(const Communicator& comm, const NetworkFile& network, const Registry& registry,
                   const ExportRequest& request);

}  // namespace engram::sonata
