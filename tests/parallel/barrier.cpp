// SPDX-License-Identifier: Apache-2.0
#include "parallel/barrier.hpp"

#include <atomic>
#include <vector>

#include "parallel/team.hpp"
#include "engram_test.hpp"

namespace engram {
namespace {

TEST(Barrier, NobodyLeavesBeforeAllHaveCome) {
    for (const int threads : {1, 2, 5}) {
        constexpr int rounds = 2000;
        parallel::Barrier barrier(threads);
        std::vector<int> done(static_cast<std::size_t>(threads), 0);  // each written by its thread
        std::atomic<int> early{0};
        parallel::run_team(threads, [&](int thread) {
            for (int round = 1; round <= rounds; ++round) {
                done[static_cast<std::size_t>(thread)] = round;
                barrier.arrive_and_wait();
                for (const int other : done) early += other != round;
                barrier.arrive_and_wait();
            }
        });
        EXPECT_EQ(early, 0);
    }
}

}  // namespace
}  // namespace engram
