// SPDX-License-Identifier: Apache-2.0
// A total that is split among targets: all of it, the same whoever asks for which part.
#include "models/rule.hpp"

#include <numeric>

#include "core/partition.hpp"
#include "parallel/collectives.hpp"
#include "engram_test.hpp"

namespace engram {
namespace {

RuleRange range(NodeIndex begin, NodeIndex end) {
    return {begin, end, random_key(17, Stream::split), 5};
}

/// Totals and numbers of targets, with none and one of each.
constexpr std::uint64_t totals[] = {0, 1, 2, 1000, 1'000'003, std::uint64_t{1} << 40};
constexpr std::uint64_t sizes[] = {1, 2, 3, 7, 64, 1001};

TEST(SplitTotal, GivesAllToTheTargets) {
    for (const std::uint64_t total : totals)
        for (const std::uint64_t size : sizes) {
            const auto counts = split_total(total, size, range(0, size));
            ASSERT_EQ(counts.size(), size);
            EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}), total);
        }
    EXPECT_TRUE(split_total(0, 0, range(0, 0)).empty());
    EXPECT_TRUE(split_total(100, 10, range(4, 4)).empty());
    EXPECT_EQ(split_total(12345, 1, range(0, 1)), std::vector<std::uint64_t>{12345});
}

TEST(SplitTotal, IsTheSameForEverySlicing) {
    for (const std::uint64_t total : totals)
        for (const std::uint64_t size : sizes) {
            const auto all = split_total(total, size, range(0, size));
            for (const std::uint64_t parts : {2u, 3u, 5u, 8u, 1001u}) {
                std::vector<std::uint64_t> joined;
                for (std::uint64_t part = 0; part < parts; ++part) {
                    const auto one = split_total(
                        total, size, range(size * part / parts, size * (part + 1) / parts));
                    joined.insert(joined.end(), one.begin(), one.end());
                }
                EXPECT_EQ(joined, all) << total << " among " << size << " in " << parts;
            }
        }
}

/// The slices of virtual processes, of which there may be more than targets.
TEST(SplitTotal, SumsUpOverRanks) {
    const auto& world = test::world();
    const Partition partition({std::begin(sizes), std::end(sizes)}, world.size(), test::threads());
    for (const std::uint64_t total : totals)
        for (std::size_t p = 0; p < std::size(sizes); ++p) {
            std::uint64_t sum = 0;
            for (int thread = 0; thread < test::threads(); ++thread) {
                const auto slice = partition.slice(p, world.rank() * test::threads() + thread);
                const auto counts = split_total(total, sizes[p], range(slice.begin, slice.end));
                sum += std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
            }
            EXPECT_EQ(parallel::sum(world, sum), total) << sizes[p];
        }
}

TEST(SplitTotal, DependsOnTheProjectionAndTheSeed) {
    const auto one = split_total(1000, 64, range(0, 64));
    EXPECT_NE(split_total(1000, 64, {0, 64, random_key(17, Stream::split), 6}), one);
    EXPECT_NE(split_total(1000, 64, {0, 64, random_key(18, Stream::split), 5}), one);
}

/// Drawing many sources at once is drawing one after another.
TEST(RuleDraws, OfManyAreThoseOfEach) {
    for (const std::uint64_t count : {0u, 1u, 255u, 256u, 257u, 1000u}) {
        const RandomStream stream(random_key(17, Stream::rule), count, 5);
        RuleDraws one{stream, {}}, other{stream, {}};
        std::vector<NodeIndex> each, many;
        for (std::uint64_t k = 0; k < count; ++k) each.push_back(one.below(300));
        other.below(300, count, [&](NodeIndex s) { many.push_back(s); });
        EXPECT_EQ(many, each);
        EXPECT_EQ(other.below(300), one.below(300));
    }
}

}  // namespace
}  // namespace engram
