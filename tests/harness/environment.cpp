// SPDX-License-Identifier: Apache-2.0
// What the tests rest on works: the layout they were started with, folders, EXPECT_ERROR.
#include <cstdlib>
#include <fstream>

#include "parallel/collectives.hpp"
#include "engram_test.hpp"

namespace engram {
namespace {

std::filesystem::path kept_folder;

TEST(Environment, RunsOnTheRanksOfMpirun) {
    EXPECT_EQ(std::to_string(test::world().size()), std::getenv("OMPI_COMM_WORLD_SIZE"));
    EXPECT_EQ(parallel::sum(test::world(), 1), test::world().size());
}

TEST(Environment, ReadsThreads) {
    EXPECT_EQ(std::to_string(test::threads()), std::getenv("ENGRAM_TEST_THREADS"));
}

TEST(Environment, FoldersAreNewEmptyAndShared) {
    const auto first = test::temporary_folder(), second = test::temporary_folder();
    EXPECT_NE(first, second);
    EXPECT_TRUE(std::filesystem::is_empty(first));
    parallel::barrier(test::world());
    std::ofstream(first / std::to_string(test::world().rank())) << "here";
    parallel::barrier(test::world());
    for (int rank = 0; rank < test::world().size(); ++rank)
        EXPECT_TRUE(std::filesystem::exists(first / std::to_string(rank)));
}

TEST(Environment, ExpectErrorFindsAllParts) {
    EXPECT_ERROR(throw Error("file x (it is missing). Make it"), "file x", "Make it");
}

}  // namespace
}  // namespace engram
