// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "engram/communicator.hpp"

namespace engram::command {

/// Collective. Writes the network file that storing at the moment of the checkpoint would have
/// written.
void export_network(const Communicator& comm, const std::string& checkpoint,
                    const std::string& network);

/// Collective. Writes a network as SONATA (docs/sonata.md) into a folder. `file`: a stored network,
/// a checkpoint, a network file (TOML) or a SONATA configuration; the latter are built first.
void export_sonata(const Communicator& comm, const std::string& file, const std::string& folder);

}  // namespace engram::command
