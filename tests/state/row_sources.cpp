// SPDX-License-Identifier: Apache-2.0
// Sources of rows come back as they were given, and are found, also where they lie far apart.
#include "state/row_sources.hpp"

#include "core/random.hpp"
#include "engram_test.hpp"

namespace engram {
namespace {

TEST(RowSources, ComeBackAndAreFound) {
    for (const std::size_t size : {0u, 1u, 63u, 64u, 65u, 1000u})
        for (const std::uint64_t gap : {1u, 3u, 60'000'000u}) {
            RandomStream random({1, 2}, size, 0);
            std::vector<GlobalIndex> sources;
            GlobalIndex source = 5'000'000'000;
            for (std::size_t i = 0; i < size; ++i)
                sources.push_back(source += 1 + random.below(gap));
            const RowSources rows(sources);
            ASSERT_EQ(rows.size(), size);
            EXPECT_EQ(rows.lower_bound(0), 0u);
            EXPECT_EQ(rows.lower_bound(source + 1), size);
            for (Row row = 0; row < size; ++row) {
                EXPECT_EQ(rows[row], sources[row]);
                EXPECT_EQ(rows.lower_bound(sources[row]), row);
                const auto next = std::ranges::lower_bound(sources, sources[row] + 1);
                EXPECT_EQ(rows.lower_bound(sources[row] + 1),
                          static_cast<Row>(next - sources.begin()));
            }
            EXPECT_LE(rows.bytes(), 4 * size + 8 * (size / 64 + 1));
        }
}

TEST(RowSources, RefuseWhatTheyCannotHold) {
    EXPECT_THROW((void)RowSources({0, std::uint64_t{1} << 32}), Error);
}

}  // namespace
}  // namespace engram
