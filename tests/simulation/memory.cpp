// SPDX-License-Identifier: Apache-2.0
// Memory stays as it is, though some sources never spike again: a small network, beyond two
// intervals in which silent sources are settled.
#include "simulation/growth.hpp"

namespace engram {
namespace {

TEST(Memory, StaysThoughSourcesAreSilent) {
    test::expect_bounded_memory({.excitatory = 400,
                                 .inhibitory = 100,
                                 .indegree_excitatory = 40,
                                 .indegree_inhibitory = 10,
                                 .rate = 1500.0,
                                 .delay = 5.0},
                                25000.0, 60000.0, 5000.0, 1 << 20);
}

}  // namespace
}  // namespace engram
