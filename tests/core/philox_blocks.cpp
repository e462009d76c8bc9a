// SPDX-License-Identifier: Apache-2.0
// Philox of many counters at once gives the words of each.
#include "core/philox_blocks.hpp"

#include <vector>

#include "engram_test.hpp"

namespace engram {
namespace {

TEST(PhiloxBlocks, AreThoseOfEachCounter) {
    constexpr std::uint32_t ones = 0xffffffff;
    using Counter = std::array<std::uint32_t, 4>;
    for (const Counter& first : {Counter{0, 0, 0, 0}, Counter{ones - 5, 1, 2, 3},  // runs over
                                 Counter{7, ones, ones, ones}})
        for (const RandomKey key : {RandomKey{0, 0}, RandomKey{ones, ones}, RandomKey{1, 1u << 31}})
            for (const std::size_t size : {0u, 1u, 4u, 31u, 32u, 33u, 64u, 1000u}) {
                std::vector<std::uint32_t> words(size), each;
                philox_sequence(first, key, words);
                for (Counter counter = first; each.size() < size; ++counter[0])
                    for (const std::uint32_t word : philox(counter, key)) each.push_back(word);
                each.resize(size);
                EXPECT_EQ(words, each);
            }
}

}  // namespace
}  // namespace engram
