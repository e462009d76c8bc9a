// SPDX-License-Identifier: Apache-2.0
// The order of a source's synapses is that of a stable sort, whatever the keys.
#include "build/segment_order.hpp"

#include <algorithm>
#include <numeric>

#include "core/random.hpp"
#include "engram_test.hpp"

namespace engram::build {
namespace {

SegmentKey key_of(std::uint32_t number) {
    return {static_cast<std::uint16_t>(number >> 16), static_cast<std::uint8_t>(number >> 8),
            static_cast<std::uint8_t>(number)};
}

/// Orders keys, and columns of each size beside them; compares with a stable sort.
void expect_ordered(SegmentOrder& order, std::vector<SegmentKey> keys) {
    std::vector<std::uint16_t> small(keys.size());
    std::iota(small.begin(), small.end(), std::uint16_t{0});
    std::vector<double> large(small.begin(), small.end());
    std::vector<float> single(small.begin(), small.end());
    auto wanted = small;
    std::stable_sort(wanted.begin(), wanted.end(), [&](std::uint16_t a, std::uint16_t b) {
        return keys[a].number() < keys[b].number();
    });
    const std::vector<SegmentKey> before = keys;
    order.order(keys);
    order.permute(std::span(keys));
    order.permute(std::span(small));
    order.permute(std::span(large));
    order.permute(std::span(single));
    EXPECT_EQ(small, wanted);
    EXPECT_EQ(large, std::vector<double>(wanted.begin(), wanted.end()));
    EXPECT_EQ(single, std::vector<float>(wanted.begin(), wanted.end()));
    for (std::size_t i = 0; i < keys.size(); ++i) ASSERT_EQ(keys[i], before[wanted[i]]) << i;
}

TEST(SegmentKey, HoldsItsParts) {
    const SegmentKey key(65535, 255, 7);
    EXPECT_EQ(key.delay(), 65535);
    EXPECT_EQ(key.receptor(), 255);
    EXPECT_EQ(key.block(), 7);
    EXPECT_EQ(key_of(key.number()), key);
}

TEST(SegmentKey, IsOrderedByDelayThenReceptorThenBlock) {
    EXPECT_LT(SegmentKey(1, 255, 255).number(), SegmentKey(2, 0, 0).number());
    EXPECT_LT(SegmentKey(255, 0, 0).number(), SegmentKey(256, 0, 0).number());
    EXPECT_LT(SegmentKey(9, 1, 255).number(), SegmentKey(9, 2, 0).number());
    EXPECT_LT(SegmentKey(9, 2, 3).number(), SegmentKey(9, 2, 4).number());
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
                std::vector<SegmentKey> keys;
                for (std::size_t i = 0; i < size; ++i)
                    keys.push_back(key_of(common | (random.word() & mask)));
                expect_ordered(order, keys);
            }
}

TEST(SegmentOrder, TakesKeysThatAreOrderedAndReversed) {
    SegmentOrder order;
    for (const std::size_t size : {5u, 500u}) {
        std::vector<SegmentKey> keys;
        for (std::size_t i = 0; i < size; ++i)
            keys.push_back(key_of(0xffff'ffff - static_cast<std::uint32_t>(i * i)));
        expect_ordered(order, keys);
        std::reverse(keys.begin(), keys.end());
        expect_ordered(order, keys);
    }
}

}  // namespace
}  // namespace engram::build
