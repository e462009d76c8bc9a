// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "engram/communicator.hpp"

namespace engram::command {

/// Collective. Reads a network file, a checkpoint or a recording from beginning to end; the ranks
/// share the work. Throws when a checksum differs, or a value is where it cannot be; otherwise
/// tells what was checked.
std::string verify(const Communicator& comm, const std::string& path);

}  // namespace engram::command
