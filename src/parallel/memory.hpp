// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "engram/communicator.hpp"

namespace engram::parallel {

/// Memory of this process as the operating system counts it, bytes; 0 where it does not say.
struct ProcessMemory {
    std::uint64_t peak = 0;  ///< the most that was resident since the process began
    std::uint64_t resident = 0;
};
ProcessMemory process_memory();

/// Gives memory that was freed, but that the heap keeps, back to the operating system.
void release_freed_memory();

/// Collective. Throws on all ranks when the ranks of a node together need more than the node has
/// free. `bytes`: what this rank is about to allocate. `what` heads the message.
void require_memory(const Communicator& comm, std::uint64_t bytes, const char* what);

}  // namespace engram::parallel
