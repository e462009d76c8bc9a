// SPDX-License-Identifier: Apache-2.0
// Tests that must fail, each run alone by must_fail.sh: the harness finds every kind of failure,
// and none hangs.
#include <cstdlib>
#include <stdexcept>

#include "parallel/collectives.hpp"
#include "engram_test.hpp"

namespace engram {
namespace {

bool on_rank_1() { return test::world().rank() == 1; }

TEST(Failure, expectation_on_one_rank) { EXPECT_FALSE(on_rank_1()); }

TEST(Failure, assertion_while_others_wait) {
    ASSERT_FALSE(on_rank_1());
    parallel::barrier(test::world());
}

TEST(Failure, exception_while_others_wait) {
    if (on_rank_1()) throw std::runtime_error("thrown on one rank");
    parallel::barrier(test::world());
}

TEST(Failure, death_while_others_wait) {
    if (on_rank_1()) std::_Exit(EXIT_SUCCESS);
    parallel::barrier(test::world());
}

TEST(Failure, all_skipped) { GTEST_SKIP() << "on purpose"; }

TEST(Failure, no_error_thrown) { EXPECT_ERROR((void)0, "anything"); }

TEST(Failure, error_thrown_on_other_ranks_only) {
    EXPECT_ERROR(if (!on_rank_1()) throw Error("anything"), "anything");
}

TEST(Failure, error_lacks_a_part) { EXPECT_ERROR(throw Error("one thing"), "one", "another"); }

TEST(Failure, error_of_other_type) {
    EXPECT_ERROR(throw std::runtime_error("anything"), "anything");
}

TEST(Failure, no_part_named) { EXPECT_ERROR(throw Error("anything")); }

}  // namespace
}  // namespace engram
