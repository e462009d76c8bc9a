// SPDX-License-Identifier: Apache-2.0
#include "core/partition.hpp"

#include <algorithm>

#include "engram_test.hpp"

namespace engram {
namespace {

const std::vector<std::uint64_t> sizes{1, 1, 3, 10, 17, 0, 64, 1000, 1, 7};
const std::vector<std::pair<int, int>> layouts{{1, 1}, {1, 2}, {2, 1}, {2, 2}, {3, 1},
                                               {3, 2}, {4, 2}, {1, 4}, {7, 5}};

TEST(Partition, SlicesFollowOneAnotherAndCoverAll) {
    for (const auto& [ranks, threads] : layouts) {
        const Partition partition(sizes, ranks, threads);
        for (std::size_t p = 0; p < sizes.size(); ++p) {
            NodeIndex next = 0;
            for (int vp = 0; vp < ranks * threads; ++vp) {
                EXPECT_EQ(partition.slice(p, vp).begin, next);
                EXPECT_GE(partition.slice(p, vp).end, next);
                next = partition.slice(p, vp).end;
            }
            EXPECT_EQ(next, sizes[p]);
        }
    }
}

TEST(Partition, OwnersAreThoseOfTheSlices) {
    for (const auto& [ranks, threads] : layouts) {
        const Partition partition(sizes, ranks, threads);
        for (std::size_t p = 0; p < sizes.size(); ++p)
            for (NodeIndex node = 0; node < sizes[p]; ++node) {
                const auto slice = partition.slice(p, partition.owner(p, node));
                EXPECT_TRUE(slice.begin <= node && node < slice.end) << p << " " << node;
                const auto of_rank =
                    partition.rank_slice(p, partition.owner(p, node) / partition.threads());
                EXPECT_TRUE(of_rank.begin <= node && node < of_rank.end) << p << " " << node;
            }
    }
}

/// No slice is larger than another by more than one, and no VP has more neurons in all than another
/// by more than one.
TEST(Partition, SharesAreEqual) {
    for (const auto& [ranks, threads] : layouts) {
        const Partition partition(sizes, ranks, threads);
        std::vector<std::uint64_t> all(static_cast<std::size_t>(ranks * threads), 0);
        for (std::size_t p = 0; p < sizes.size(); ++p)
            for (int vp = 0; vp < ranks * threads; ++vp) {
                const auto size = partition.slice(p, vp).size();
                EXPECT_LE(size, sizes[p] / all.size() + 1);
                EXPECT_GE(size, sizes[p] / all.size());
                all[static_cast<std::size_t>(vp)] += size;
            }
        EXPECT_LE(*std::ranges::max_element(all) - *std::ranges::min_element(all), 1u);
    }
}

}  // namespace
}  // namespace engram
