// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "engram/communicator.hpp"

namespace engram::command {

/// Collective. Writes the network file that storing at the moment of the checkpoint would have
/// written.
void export_network(const Communicator& comm, const std::string& checkpoint,
                    const std::string& network);

}  // namespace engram::command
