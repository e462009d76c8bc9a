// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

namespace engram::test {

/// Fails when counts are not those of this distribution: a probability for each bin, of which those
/// that expect fewer than ten are put together. Seeds are fixed, so that it passes always or never;
/// by chance it would fail once in about a million.
inline void expect_distribution(const std::vector<double>& counts,
                                const std::vector<double>& probabilities) {
    ASSERT_EQ(counts.size(), probabilities.size());
    const double total = std::accumulate(counts.begin(), counts.end(), 0.0);
    EXPECT_NEAR(std::accumulate(probabilities.begin(), probabilities.end(), 0.0), 1.0, 1e-6);
    double sum = 0.0, got = 0.0, wanted = 0.0;
    int bins = 0;
    const auto close_bin = [&] {
        sum += (got - wanted) * (got - wanted) / wanted;
        got = wanted = 0.0;
        ++bins;
    };
    for (std::size_t i = 0; i < counts.size(); ++i) {
        got += counts[i];
        wanted += total * probabilities[i];
        if (wanted >= 10.0) close_bin();
    }
    if (wanted > 1.0) close_bin();
    ASSERT_GT(bins, 1);
    const double degrees = bins - 1;
    // Wilson and Hilferty: the cube root of chi square / degrees is nearly normal.
    const double z =
        (std::cbrt(sum / degrees) - 1.0 + 2.0 / (9.0 * degrees)) / std::sqrt(2.0 / (9.0 * degrees));
    EXPECT_LT(z, 4.9) << "chi square " << sum << " at " << degrees << " degrees of freedom";
}

}  // namespace engram::test
