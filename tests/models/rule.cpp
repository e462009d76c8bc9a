// SPDX-License-Identifier: Apache-2.0
// A total that is split among targets: all of it, the same whoever asks for which part. What rules
// draw.
#include "models/rule.hpp"

#include <algorithm>
#include <cmath>
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

std::vector<std::uint64_t> counts(std::uint64_t total, std::uint64_t targets,
                                  const RuleRange& part) {
    return split_total(total, targets, part).counts;
}

TEST(SplitTotal, GivesAllToTheTargets) {
    for (const std::uint64_t total : totals)
        for (const std::uint64_t size : sizes) {
            const auto one = counts(total, size, range(0, size));
            ASSERT_EQ(one.size(), size);
            EXPECT_EQ(std::accumulate(one.begin(), one.end(), std::uint64_t{0}), total);
        }
    EXPECT_TRUE(counts(0, 0, range(0, 0)).empty());
    EXPECT_TRUE(counts(100, 10, range(4, 4)).empty());
    EXPECT_EQ(counts(12345, 1, range(0, 1)), std::vector<std::uint64_t>{12345});
}

TEST(SplitTotal, IsTheSameForEverySlicing) {
    for (const std::uint64_t total : totals)
        for (const std::uint64_t size : sizes) {
            const auto all = counts(total, size, range(0, size));
            for (const std::uint64_t parts : {2u, 3u, 5u, 8u, 1001u}) {
                std::vector<std::uint64_t> joined;
                for (std::uint64_t part = 0; part < parts; ++part) {
                    const auto one =
                        counts(total, size, range(size * part / parts, size * (part + 1) / parts));
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
                const auto one = counts(total, sizes[p], range(slice.begin, slice.end));
                sum += std::accumulate(one.begin(), one.end(), std::uint64_t{0});
            }
            EXPECT_EQ(parallel::sum(world, sum), total) << sizes[p];
        }
}

TEST(SplitTotal, DependsOnTheProjectionAndTheSeed) {
    const auto one = counts(1000, 64, range(0, 64));
    EXPECT_NE(counts(1000, 64, {0, 64, random_key(17, Stream::split), 6}), one);
    EXPECT_NE(counts(1000, 64, {0, 64, random_key(18, Stream::split), 5}), one);
}

TEST(SplitTotal, TellsWhatFallsBefore) {
    for (const std::uint64_t total : totals) {
        const auto all = counts(total, 1001, range(0, 1001));
        for (const std::ptrdiff_t begin : {0, 1, 333, 1000}) {
            const auto first = static_cast<NodeIndex>(begin);
            EXPECT_EQ(split_total(total, 1001, range(first, first + 1)).before,
                      std::accumulate(all.begin(), all.begin() + begin, std::uint64_t{0}));
        }
    }
}

/// Without repeating a place: as many as there are fill all, and no part has more than its places.
TEST(SplitDistinct, IsTheSameForEverySlicing) {
    for (const std::uint64_t size : sizes)
        for (const std::uint64_t total : {std::uint64_t{0}, size, 7 * size, 20 * size - 1}) {
            const auto all = split_distinct(total, size, 20, range(0, size)).counts;
            EXPECT_EQ(std::accumulate(all.begin(), all.end(), std::uint64_t{0}), total);
            EXPECT_LE(*std::max_element(all.begin(), all.end()), 20u);
            std::vector<std::uint64_t> joined;
            for (NodeIndex begin = 0; begin < size; begin += 5) {
                const NodeIndex end = std::min<NodeIndex>(begin + 5, size);
                const auto part = split_distinct(total, size, 20, range(begin, end));
                EXPECT_EQ(part.before,
                          std::accumulate(joined.begin(), joined.end(), std::uint64_t{0}));
                joined.insert(joined.end(), part.counts.begin(), part.counts.end());
            }
            EXPECT_EQ(joined, all) << total << " among " << size;
        }
    EXPECT_EQ(split_distinct(60, 3, 20, range(0, 3)).counts, std::vector<std::uint64_t>(3, 20));
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

/// Different numbers: all of them when so many are asked for, and as they were once, when they were
/// drawn one after another.
TEST(RuleDraws, DistinctOnesAreThoseOfSingleDraws) {
    for (const std::uint64_t count : {0u, 1u, 255u, 256u, 257u, 999u, 1000u}) {
        const RandomStream stream(random_key(17, Stream::rule), count, 5);
        RuleDraws draws{stream, {}}, one{stream, {}};
        std::vector<NodeIndex> drawn, wanted;
        draws.distinct(1000, count, [&](NodeIndex s) { drawn.push_back(s); });
        one.taken.reset(1000);
        for (std::uint64_t last = 1000 - count; last < 1000; ++last) {
            const NodeIndex s = one.below(last + 1);
            wanted.push_back(one.taken.insert(s) ? s : last);
            one.taken.insert(last == wanted.back() ? last : s);
        }
        EXPECT_EQ(drawn, wanted);
        std::sort(drawn.begin(), drawn.end());
        EXPECT_EQ(std::adjacent_find(drawn.begin(), drawn.end()), drawn.end());
    }
}

TEST(RuleDraws, SuccessesAscendAndStayWithin) {
    for (const double p : {0.0, 1e-300, 0.001, 0.5, 0.999, 1.0})
        for (const std::uint64_t size : {0u, 1u, 1000u, 100'000u}) {
            RuleDraws draws{RandomStream(random_key(17, Stream::rule), size, 5), {}};
            std::vector<NodeIndex> drawn;
            draws.successes(size, p, [&](NodeIndex i) { drawn.push_back(i); });
            EXPECT_TRUE(std::is_sorted(drawn.begin(), drawn.end()));
            EXPECT_EQ(std::adjacent_find(drawn.begin(), drawn.end()), drawn.end());
            ASSERT_TRUE(drawn.empty() || drawn.back() < size);
            const double expected = static_cast<double>(size) * p;
            EXPECT_NEAR(static_cast<double>(drawn.size()), expected,
                        5.0 * std::sqrt(expected * (1.0 - p)) + 1e-9 + (p < 1.0 ? 1.0 : 0.0));
        }
}

}  // namespace
}  // namespace engram
