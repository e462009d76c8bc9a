// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "engram/communicator.hpp"

namespace engram::parallel {

/// Collective. Throws on all ranks when the ranks of a node together need more than the node has
/// free. `bytes`: what this rank is about to allocate. `what` heads the message.
void require_memory(const Communicator& comm, std::uint64_t bytes, const char* what);

}  // namespace engram::parallel
