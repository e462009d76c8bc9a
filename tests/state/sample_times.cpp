// SPDX-License-Identifier: Apache-2.0
#include "state/sample_times.hpp"

#include <vector>

#include "engram_test.hpp"

namespace engram {
namespace {

TEST(SampleTimes, AreThoseOfNest) {
    // Multiples of the interval, or from the offset on; of these the ones in (begin, end].
    const std::vector<std::pair<SampleTimes, std::vector<Step>>> cases{
        {{3, 0, 0, 10}, {3, 6, 9}},
        {{3, 1, 0, 10}, {1, 4, 7, 10}},
        {{3, 5, 0, 12}, {5, 8, 11}},
        {{3, 6, 0, 12}, {6, 9, 12}},
        {{3, 0, 3, 9}, {6, 9}},
        {{4, 2, 2, 13}, {6, 10}},
        {{4, 2, 1, 14}, {2, 6, 10, 14}},
        {{5, 0, 7, 7}, {}},
        {{5, 20, 0, 19}, {}},
        {{1, 0, 4, 6}, {5, 6}},
        {{5, 0, 9, 4}, {}}};
    for (const auto& [times, expected] : cases) {
        std::vector<Step> got;
        for (Step step = 0; step < 30; ++step) {
            if (times.contains(step)) got.push_back(step);
            EXPECT_EQ(times.count_until(step), static_cast<Step>(got.size())) << step;
        }
        EXPECT_EQ(got, expected);
        for (std::size_t i = 0; i < expected.size(); ++i)
            EXPECT_EQ(times.at(static_cast<Step>(i)), expected[i]);
    }
}

}  // namespace
}  // namespace engram
