// SPDX-License-Identifier: Apache-2.0
#include "dry_run/largest.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/random.hpp"
#include "engram_test.hpp"

namespace engram {
namespace {

/// A Poisson number by counting exponential times; small means.
double poisson(RandomStream& random, double mean) {
    const double limit = std::exp(-mean);
    double k = 0.0;
    for (double product = random.uniform(); product > limit; product *= random.uniform()) k += 1.0;
    return k;
}

TEST(Largest, IsDistributedAsThatOfDrawnNumbers) {
    RandomStream random(random_key(1, Stream::dry_run_largest), 0, 0);
    for (const auto& [count, mean] :
         {std::pair(4, 30.0), std::pair(49, 3.0), std::pair(400, 0.1)}) {
        constexpr int trials = 2000;
        double drawn = 0.0, modelled = 0.0;
        for (int i = 0; i < trials; ++i) {
            double most = 0.0;
            for (int k = 0; k < count; ++k) most = std::max(most, poisson(random, mean));
            drawn += most / trials;
            modelled += dry_run::largest_poisson(count, mean, random.uniform()) / trials;
        }
        EXPECT_NEAR(modelled, drawn, 0.02 * drawn) << count << " of " << mean;
    }
}

TEST(Largest, OfMillionsOfPairsIsFound) {
    EXPECT_EQ(dry_run::largest_poisson(0.0, 5.0, 0.5), 0.0);
    EXPECT_EQ(dry_run::largest_poisson(1e10, 0.0, 0.5), 0.0);
    // P(X > 17) of mean 1.5 is 3.1e-13, P(X > 13) is 1.5e-9
    EXPECT_GT(dry_run::largest_poisson(1e10, 1.5, 0.5), 13.0);
    EXPECT_LE(dry_run::largest_poisson(1e10, 1.5, 0.5), 17.0);
    EXPECT_GT(dry_run::largest_poisson(100.0, 1e6, 0.5), 1e6);
}

}  // namespace
}  // namespace engram
