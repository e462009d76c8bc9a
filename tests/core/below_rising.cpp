// SPDX-License-Identifier: Apache-2.0
// Numbers below bounds that rise are those of single calls, and the stream goes on behind them.
#include "core/below_rising.hpp"

#include <vector>

#include "engram_test.hpp"

namespace engram {
namespace {

TEST(BelowRising, GivesWhatSingleCallsGive) {
    for (const std::uint64_t first :
         {1ull, 20'000ull, 0x7ffffff0ull, 0x80000001ull, 0xc0000000ull, 0xfffffff0ull})
        for (const std::size_t count : {0u, 1u, 255u, 256u, 257u, 5000u}) {
            RandomStream one({7, 8}, count, 3), other({7, 8}, count, 3);
            std::vector<std::uint64_t> each, many(count);
            for (std::size_t i = 0; i < count; ++i) each.push_back(one.below(first + i));
            below_rising(other, first, many);
            EXPECT_EQ(many, each) << first;
            EXPECT_EQ(other.word(), one.word());
        }
}

}  // namespace
}  // namespace engram
