// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "engram/communicator.hpp"

namespace engram::command {

/// Collective. `engram status DIR`: what the run that writes to this output folder last told.
std::string status(const Communicator& comm, const std::string& folder);

/// `engram watch DIR`: the same on the terminal, again and again until the run ends. Local, on one
/// rank.
void watch(const std::string& folder);

}  // namespace engram::command
