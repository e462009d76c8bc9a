// SPDX-License-Identifier: Apache-2.0
// The order of a source's synapses is that of a stable sort, whatever the keys.
#include "build/segment_order.hpp"

#include <algorithm>
#include <numeric>

#include "core/random.hpp"
#include "engram_test.hpp"

namespace engram::build {
namespace {

/// Orders keys, and columns of each size beside them; compares with a stable sort.
template <class Key>
void expect_ordered(SegmentOrder& order, std::vector<Key> keys) {
    std::vector<std::uint16_t> small(keys.size());
    std::iota(small.begin(), small.end(), std::uint16_t{0});
    std::vector<double> large(small.begin(), small.end());
    std::vector<float> single(small.begin(), small.end());
    auto wanted = small;
    std::stable_sort(wanted.begin(), wanted.end(),
                     [&](std::uint16_t a, std::uint16_t b) { return keys[a] < keys[b]; });
    const std::vector<Key> before = keys;
    order.order(std::span<const Key>(keys));
    order.permute(std::span(keys));
    order.permute(std::span(small));
    order.permute(std::span(large));
    order.permute(std::span(single));
    EXPECT_EQ(small, wanted);
    EXPECT_EQ(large, std::vector<double>(wanted.begin(), wanted.end()));
    EXPECT_EQ(single, std::vector<float>(wanted.begin(), wanted.end()));
    for (std::size_t i = 0; i < keys.size(); ++i) ASSERT_EQ(keys[i], before[wanted[i]]) << i;
}

/// All that can be held comes back, and is ordered by delay, receptor, block.
TEST(SegmentKeys, HoldTheirPartsInOrder) {
    for (const SegmentKeys& keys : {SegmentKeys{8, 8}, SegmentKeys{0, 0}, SegmentKeys{1, 0},
                                    SegmentKeys{0, 1}, SegmentKeys{2, 3}}) {
        const auto receptors = static_cast<std::uint8_t>((1u << keys.receptor_bits) - 1u);
        const auto blocks = static_cast<std::uint8_t>((1u << keys.block_bits) - 1u);
        std::vector<std::uint32_t> numbers;
        for (const std::uint16_t delay :
             std::initializer_list<std::uint16_t>{1, 2, 255, 256, 65535})
            for (int receptor = 0; receptor <= receptors; ++receptor)
                for (int block = 0; block <= blocks; ++block) {
                    numbers.push_back(keys.number(delay, static_cast<std::uint8_t>(receptor),
                                                  static_cast<std::uint8_t>(block)));
                    ASSERT_EQ(keys.delay(numbers.back()), delay);
                    ASSERT_EQ(keys.receptor(numbers.back()), receptor);
                    ASSERT_EQ(keys.block(numbers.back()), block);
                }
        EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end()));
        EXPECT_EQ(std::adjacent_find(numbers.begin(), numbers.end()), numbers.end());
    }
}

TEST(SegmentOrder, IsThatOfAStableSort) {
    SegmentOrder order;
    RandomStream random(random_key(3, Stream::rule), 0, 0);
    // Bits in which keys may differ: none, some of one part, of several, all, the ends alone.
    for (const std::uint32_t mask : {0u, 0x00010000u, 0x003f0000u, 0x01ff0000u, 0x00000100u,
                                     0x003f0100u, 0x003f0103u, 0xffffffffu, 0x80000001u})
        for (const std::size_t size : {0u, 1u, 2u, 3u, 11u, 12u, 13u, 14u, 255u, 1000u, 40000u})
            for (int repetition = 0; repetition < 5; ++repetition) {
                SCOPED_TRACE(testing::Message() << std::hex << mask << std::dec << " " << size);
                const std::uint32_t common = random.word() & ~mask;
                std::vector<std::uint32_t> keys;
                for (std::size_t i = 0; i < size; ++i)
                    keys.push_back(common | (random.word() & mask));
                expect_ordered(order, keys);
                std::vector<std::uint16_t> upper(size);
                for (std::size_t i = 0; i < size; ++i)
                    upper[i] = static_cast<std::uint16_t>(keys[i] >> 16);
                expect_ordered(order, upper);
            }
}

TEST(SegmentOrder, TakesKeysThatAreOrderedAndReversed) {
    SegmentOrder order;
    for (const std::size_t size : {5u, 500u}) {
        std::vector<std::uint32_t> keys;
        for (std::size_t i = 0; i < size; ++i)
            keys.push_back(0xffff'ffff - static_cast<std::uint32_t>(i * i));
        expect_ordered(order, keys);
        std::reverse(keys.begin(), keys.end());
        expect_ordered(order, keys);
    }
}

}  // namespace
}  // namespace engram::build
