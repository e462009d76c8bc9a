// SPDX-License-Identifier: Apache-2.0
// Hypergeometric numbers against the exact distribution, and bit for bit against what they were
// once.
#include "core/hypergeometric.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "chi_square.hpp"
#include "engram_test.hpp"

namespace engram {
namespace {

long double log_choose(std::uint64_t n, std::uint64_t k) {
    const auto a = static_cast<long double>(n), b = static_cast<long double>(k);
    return std::lgamma(a + 1.0L) - std::lgamma(b + 1.0L) - std::lgamma(a - b + 1.0L);
}

void expect_hypergeometric(std::uint64_t good, std::uint64_t bad, std::uint64_t drawn) {
    SCOPED_TRACE(testing::Message() << drawn << " of " << good << " + " << bad);
    const std::uint64_t low = drawn > bad ? drawn - bad : 0, high = std::min(good, drawn);
    std::vector<double> counts(high - low + 1, 0.0), probabilities;
    for (std::uint64_t k = low; k <= high; ++k)
        probabilities.push_back(static_cast<double>(std::exp(
            log_choose(good, k) + log_choose(bad, drawn - k) - log_choose(good + bad, drawn))));
    for (std::uint64_t i = 0; i < 100'000; ++i) {
        RandomStream random({5, 6}, i, static_cast<std::uint32_t>(good ^ drawn << 8));
        const std::uint64_t k = draw_hypergeometric(random, good, bad, drawn);
        ASSERT_TRUE(k >= low && k <= high) << k;
        ++counts[k - low];
    }
    test::expect_distribution(counts, probabilities);
}

TEST(Hypergeometric, FollowsTheDistribution) {
    expect_hypergeometric(1, 1, 1);  // one by one
    expect_hypergeometric(3, 4, 2);
    expect_hypergeometric(4, 3, 5);
    expect_hypergeometric(500, 500, 16);
    expect_hypergeometric(500, 500, 990);
    expect_hypergeometric(100, 100'000, 200);  // by inversion
    expect_hypergeometric(100'000, 100, 200);
    expect_hypergeometric(40, 160, 49);
    expect_hypergeometric(40, 160, 50);  // by rejection
    expect_hypergeometric(40, 160, 150);
    expect_hypergeometric(160, 40, 50);
    expect_hypergeometric(20, 20, 20);
    expect_hypergeometric(45, 55, 32);  // hardly contained in the hat
    expect_hypergeometric(1000, 9000, 400);
    expect_hypergeometric(400, 9600, 1000);
    expect_hypergeometric(3000, 5000, 4000);
}

TEST(Hypergeometric, KnowsItsEnds) {
    RandomStream random({1, 2}, 3, 4);
    EXPECT_EQ(draw_hypergeometric(random, 0, 0, 0), 0u);
    EXPECT_EQ(draw_hypergeometric(random, 100, 100, 0), 0u);
    EXPECT_EQ(draw_hypergeometric(random, 100, 200, 300), 100u);
    EXPECT_EQ(draw_hypergeometric(random, 100, 0, 30), 30u);
    EXPECT_EQ(draw_hypergeometric(random, 0, 100, 30), 0u);
}

/// Numbers whose distribution has no table: mean and variance.
TEST(Hypergeometric, HandlesLargeNumbers) {
    constexpr std::uint64_t good = std::uint64_t{3} << 59, bad = std::uint64_t{5} << 59;
    for (const std::uint64_t drawn :
         {std::uint64_t{1} << 20, std::uint64_t{1} << 40, std::uint64_t{1} << 60}) {
        constexpr int draws = 20'000;
        const double left = 1.0 - static_cast<double>(drawn) / static_cast<double>(good + bad);
        const double mean = 0.375 * static_cast<double>(drawn);
        const double sd = std::sqrt(mean * 0.625 * left);
        double sum = 0.0, squares = 0.0;
        for (std::uint64_t i = 0; i < draws; ++i) {
            RandomStream random({7, 8}, i, 0);
            const double z =
                (static_cast<double>(draw_hypergeometric(random, good, bad, drawn)) - mean) / sd;
            sum += z;
            squares += z * z;
        }
        EXPECT_NEAR(sum / draws, 0.0, 5.0 / std::sqrt(draws)) << drawn;
        EXPECT_NEAR(squares / draws, 1.0, 5.0 * std::sqrt(2.0 / draws)) << drawn;
    }
}

TEST(Hypergeometric, IsTheSameEverywhere) {
    RandomStream random({9, 10}, 11, 12);
    std::vector<std::uint64_t> draws;
    for (const std::uint64_t drawn : {10u, 40u, 1000u, 150'000u})
        for (const std::uint64_t good : {1000u, 50'000u, 180'000u})
            draws.push_back(draw_hypergeometric(random, good, 200'000 - good, drawn));
    const std::vector<std::uint64_t> once{0, 1, 8, 0, 5, 35, 4, 241, 896, 768, 37439, 134980};
    EXPECT_EQ(draws, once);
}

}  // namespace
}  // namespace engram
