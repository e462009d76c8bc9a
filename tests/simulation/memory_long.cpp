// SPDX-License-Identifier: Apache-2.0
// The EINetwork with a silent tenth of its sources: ten minutes, of which the last nine need no
// more memory.
#include "simulation/growth.hpp"

namespace engram {
namespace {

TEST(MemoryLong, StaysForTenMinutes) {
    // Recordings come and go in parts of 4 MiB, of which a copy is made when they are written.
    constexpr std::uint64_t margin = 8 << 20;
    test::expect_bounded_memory({}, 60000.0, 600000.0, 600000.0, margin);
}

}  // namespace
}  // namespace engram
