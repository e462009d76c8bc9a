// SPDX-License-Identifier: Apache-2.0
// The EINetwork with a silent tenth of its sources: ten minutes, of which the last nine need no
// more memory.
#include "simulation/growth.hpp"

namespace engram {
namespace {

TEST(MemoryLong, StaysForTenMinutes) {
    test::expect_bounded_memory({}, 60000.0, 600000.0, 600000.0);
}

}  // namespace
}  // namespace engram
