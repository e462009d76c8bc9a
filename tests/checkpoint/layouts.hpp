// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "engram/engram.hpp"

#include "parallel/collectives.hpp"
#include "engram_test.hpp"

namespace engram::test {

struct Layout {
    int ranks, threads;
    [[nodiscard]] std::string text() const {
        return fmt::format("{} ranks x {} threads", ranks, threads);
    }
};

/// Seven of the layouts that a test's ranks allow, the first of them 1 x 1.
inline std::vector<Layout> layouts() {
    const int most = world().size();
    std::vector<Layout> result{{1, 1}, {1, 2}, {1, 4}};
    for (int ranks = most; ranks > 1; --ranks) {
        result.push_back({ranks, 1});
        result.push_back({ranks, 2});
    }
    for (int threads = 3; result.size() < 7; threads += 2) result.push_back({1, threads});
    result.resize(7);
    return result;
}

/// Collective. Runs `work` on the first `ranks` ranks, which form a communicator of their own,
/// while the others wait. What it throws ends the test on all.
inline void on_ranks(int ranks, const std::function<void(const Communicator&)>& work) {
    MPI_Comm some = MPI_COMM_NULL;
    MPI_Comm_split(parallel::Access::comm(world()), world().rank() < ranks ? 0 : MPI_UNDEFINED, 0,
                   &some);
    if (some != MPI_COMM_NULL) {
        work(parallel::Access::duplicate(some));
        MPI_Comm_free(&some);
    }
    parallel::barrier(world());
}

/// Collective. Runs `work` on one rank.
inline void on_first_rank(const std::function<void()>& work) {
    parallel::collectively(world(), [&] {
        if (world().rank() == 0) work();
    });
}

/// Collective. A fresh copy of a folder.
inline void copy_folder(const std::filesystem::path& from, const std::filesystem::path& to) {
    on_first_rank([&] {
        std::filesystem::remove_all(to);
        std::filesystem::copy(from, to, std::filesystem::copy_options::recursive);
    });
}

}  // namespace engram::test
