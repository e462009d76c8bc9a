// SPDX-License-Identifier: Apache-2.0
#include "command/export.hpp"

#include "engram/simulation.hpp"

#include "checkpoint/checkpoint_file.hpp"

namespace engram::command {

void export_network(const Communicator& comm, const std::string& checkpoint,
                    const std::string& network) {
    const auto description = checkpoint::CheckpointFile(comm, checkpoint).description();
    RunOptions options;
    options.resume_from = checkpoint;
    Simulation(comm, description, options).store(network);
}

}  // namespace engram::command
