// SPDX-License-Identifier: Apache-2.0
// Kinds keep their numbers while they come, and are then put in the order of delivery.
#include "build/segment_kinds.hpp"

#include <algorithm>

#include "core/random.hpp"
#include "engram_test.hpp"

namespace engram {
namespace {

using build::SegmentKinds;

TEST(SegmentKinds, AreNumberedOnceAndThenOrdered) {
    RandomStream random({3, 4}, 0, 0);
    SegmentKinds kinds;
    std::vector<SegmentKind> came;  // by number
    for (int i = 0; i < 5000; ++i) {
        const auto below = [&](std::uint64_t bound) {
            return static_cast<std::uint16_t>(random.below(bound));
        };
        const SegmentKind kind{below(40), below(5), static_cast<std::uint8_t>(below(3)),
                               static_cast<std::uint8_t>(below(2))};
        const std::uint32_t number = kinds.number(kind);
        if (number == came.size()) {
            EXPECT_TRUE(std::ranges::find(came, kind) == came.end());
            came.push_back(kind);
        }
        ASSERT_LT(number, came.size());
        EXPECT_EQ(came[number], kind);
    }
    const std::vector<SegmentKind> ordered = kinds.order();
    EXPECT_EQ(ordered.size(), came.size());
    EXPECT_TRUE(std::ranges::is_sorted(ordered));
    for (std::uint32_t number = 0; number < came.size(); ++number)
        EXPECT_EQ(ordered[kinds.ordered(number)], came[number]);
}

TEST(SegmentKinds, HaveALimit) {
    SegmentKinds kinds(2);
    EXPECT_EQ(kinds.number({7, 0, 0, 0}), 0u);
    EXPECT_EQ(kinds.number({3, 0, 0, 0}), 1u);
    EXPECT_EQ(kinds.number({7, 0, 0, 0}), 0u);
    EXPECT_THROW((void)kinds.number({5, 0, 0, 0}), Error);
}

TEST(SegmentKinds, LeaveRoomForLengths) {
    const Segment segment(4'000'000'000u, Segment::most_kinds - 1, Segment::longest);
    EXPECT_EQ(segment.begin(), 4'000'000'000u);
    EXPECT_EQ(segment.kind(), Segment::most_kinds - 1);
    EXPECT_EQ(segment.length(), Segment::longest);
}

}  // namespace
}  // namespace engram
