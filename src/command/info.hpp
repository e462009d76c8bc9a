// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "engram/communicator.hpp"

namespace engram::command {

/// Collective. What a stored network or a recording holds, in words.
std::string info(const Communicator& comm, const std::string& path);

}  // namespace engram::command
