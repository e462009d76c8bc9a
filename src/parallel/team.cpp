// SPDX-License-Identifier: Apache-2.0
#include "parallel/team.hpp"

#include <cstddef>
#include <exception>
#include <thread>
#include <vector>

namespace engram::parallel {

void run_team(int count, const std::function<void(int)>& work) {
    std::vector<std::exception_ptr> failures(static_cast<std::size_t>(count));
    const auto guarded = [&](int thread) noexcept {
        try {
            work(thread);
        } catch (...) {
            failures[static_cast<std::size_t>(thread)] = std::current_exception();
        }
    };
    {
        std::vector<std::jthread> others;
        for (int t = 1; t < count; ++t) others.emplace_back(guarded, t);
        guarded(0);
    }
    for (const auto& failure : failures)
        if (failure) std::rethrow_exception(failure);
}

}  // namespace engram::parallel
