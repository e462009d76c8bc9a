// SPDX-License-Identifier: Apache-2.0
// Single Poisson numbers against the exact distribution, and bit for bit against what they were
// once.
#include "core/poisson.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "chi_square.hpp"
#include "engram_test.hpp"

namespace engram {
namespace {

void expect_poisson(double mean) {
    SCOPED_TRACE(mean);
    const auto low =
        static_cast<std::uint64_t>(std::max(0.0, std::floor(mean - 8.0 * std::sqrt(mean))));
    const auto high = static_cast<std::uint64_t>(std::ceil(mean + 8.0 * std::sqrt(mean) + 8.0));
    std::vector<double> counts(high - low + 1, 0.0), probabilities;
    for (std::uint64_t k = low; k <= high; ++k) {
        const auto x = static_cast<double>(k);
        probabilities.push_back(std::exp(x * std::log(mean) - mean - std::lgamma(x + 1.0)));
    }
    for (std::uint64_t i = 0; i < 100'000; ++i) {
        RandomStream random({5, 6}, i, static_cast<std::uint32_t>(10.0 * mean));
        ++counts[std::clamp(draw_poisson(random, mean), low, high) - low];
    }
    test::expect_distribution(counts, probabilities);
}

TEST(Poisson, FollowsTheDistribution) {
    for (const double mean : {0.1, 1.0, 4.7, 9.99, 10.0, 12.5, 33.3, 100.0, 1000.5, 20'000.0})
        expect_poisson(mean);
    RandomStream random({1, 2}, 3, 4);
    EXPECT_EQ(draw_poisson(random, 0.0), 0u);
}

TEST(Poisson, HandlesLargeNumbers) {
    constexpr double mean = 0x1p40;
    constexpr int draws = 20'000;
    double sum = 0.0, squares = 0.0;
    for (std::uint64_t i = 0; i < draws; ++i) {
        RandomStream random({7, 8}, i, 0);
        const double z = (static_cast<double>(draw_poisson(random, mean)) - mean) / 0x1p20;
        sum += z;
        squares += z * z;
    }
    EXPECT_NEAR(sum / draws, 0.0, 5.0 / std::sqrt(draws));
    EXPECT_NEAR(squares / draws, 1.0, 5.0 * std::sqrt(2.0 / draws));
}

TEST(Poisson, IsTheSameEverywhere) {
    RandomStream random({9, 10}, 11, 12);
    std::vector<std::uint64_t> draws;
    for (const double mean : {0.3, 2.0, 9.0, 11.0, 250.0, 1e6})
        for (int i = 0; i < 2; ++i) draws.push_back(draw_poisson(random, mean));
    const std::vector<std::uint64_t> once{0, 0, 3, 3, 9, 7, 13, 8, 233, 258, 1000976, 998547};
    EXPECT_EQ(draws, once);
}

}  // namespace
}  // namespace engram
