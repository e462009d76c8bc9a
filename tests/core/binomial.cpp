// SPDX-License-Identifier: Apache-2.0
// Binomial numbers against the exact distribution, and bit for bit against what they were once.
#include "core/binomial.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "chi_square.hpp"
#include "engram_test.hpp"

namespace engram {
namespace {

/// Probabilities of low .. high, with everything beyond in the first and the last.
std::vector<double> exact(std::uint64_t n, double p, std::uint64_t low, std::uint64_t high) {
    std::vector<double> probabilities;
    double rest = 1.0;
    for (std::uint64_t k = low; k <= high; ++k) {
        const auto trials = static_cast<long double>(n), successes = static_cast<long double>(k);
        const long double log_p = std::lgamma(trials + 1.0L) - std::lgamma(successes + 1.0L) -
                                  std::lgamma(trials - successes + 1.0L) +
                                  successes * std::log(static_cast<long double>(p)) +
                                  (trials - successes) * std::log1p(-static_cast<long double>(p));
        probabilities.push_back(static_cast<double>(std::exp(log_p)));
        rest -= probabilities.back();
    }
    probabilities.back() += std::max(rest, 0.0);
    return probabilities;
}

void expect_binomial(std::uint64_t n, double p) {
    SCOPED_TRACE(testing::Message() << n << " with " << p);
    const double mean = static_cast<double>(n) * p, sd = std::sqrt(mean * (1.0 - p));
    const auto low = static_cast<std::uint64_t>(std::max(0.0, std::floor(mean - 8.0 * sd)));
    const auto high = static_cast<std::uint64_t>(
        std::min(static_cast<double>(n), std::ceil(mean + 8.0 * sd + 8.0)));
    std::vector<double> counts(high - low + 1, 0.0);
    for (std::uint64_t i = 0; i < 200'000; ++i) {
        RandomStream random({5, 6}, i, static_cast<std::uint32_t>(n));
        ++counts[std::clamp(draw_binomial(random, n, p), low, high) - low];
    }
    test::expect_distribution(counts, exact(n, p, low, high));
}

TEST(Binomial, FollowsTheDistribution) {
    expect_binomial(1, 0.5);
    expect_binomial(7, 0.3);
    expect_binomial(19, 0.5);  // by inversion
    expect_binomial(20, 0.5);  // by rejection
    expect_binomial(21, 0.5);
    expect_binomial(1000, 0.001);
    expect_binomial(1000, 0.0101);
    expect_binomial(1000, 0.9);
    expect_binomial(100'000, 0.3);
    expect_binomial(1'000'000'000, 2e-9);
    expect_binomial(1'000'000'000, 5e-8);
}

TEST(Binomial, KnowsItsEnds) {
    RandomStream random({1, 2}, 3, 4);
    EXPECT_EQ(draw_binomial(random, 0, 0.5), 0u);
    EXPECT_EQ(draw_binomial(random, 100, 0.0), 0u);
    EXPECT_EQ(draw_binomial(random, 100, 1.0), 100u);
}

/// Numbers whose distribution has no table: mean and variance.
TEST(Binomial, HandlesLargeNumbers) {
    constexpr std::uint64_t n = std::uint64_t{1} << 40;
    constexpr double p = 0.4375;
    constexpr int draws = 20'000;
    const double mean = static_cast<double>(n) * p, sd = std::sqrt(mean * (1.0 - p));
    double sum = 0.0, squares = 0.0;
    for (std::uint64_t i = 0; i < draws; ++i) {
        RandomStream random({7, 8}, i, 0);
        const double z = (static_cast<double>(draw_binomial(random, n, p)) - mean) / sd;
        sum += z;
        squares += z * z;
    }
    EXPECT_NEAR(sum / draws, 0.0, 5.0 / std::sqrt(draws));
    EXPECT_NEAR(squares / draws, 1.0, 5.0 * std::sqrt(2.0 / draws));
}

TEST(Binomial, IsTheSameEverywhere) {
    RandomStream random({9, 10}, 11, 12);
    std::vector<std::uint64_t> draws;
    for (const double p : {0.001, 0.3, 0.5, 0.8})
        for (const std::uint64_t n : {10u, 1000u, 1'000'000u})
            draws.push_back(draw_binomial(random, n, p));
    const std::vector<std::uint64_t> once{0, 1,   1021,   3, 291, 300411,
                                          4, 512, 500784, 8, 789, 800256};
    EXPECT_EQ(draws, once);
}

}  // namespace
}  // namespace engram
