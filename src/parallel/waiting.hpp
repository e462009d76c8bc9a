// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

namespace engram::parallel {

/// As long as one lives, this process is in a call of MPI that ends only when other ranks answer:
/// told to whom watches from another thread. By the thread that communicates, one at a time.
class Waiting {
public:
    Waiting() { changes_.fetch_add(1, std::memory_order_relaxed); }
    ~Waiting() { changes_.fetch_add(1, std::memory_order_relaxed); }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;

    /// How often such calls began or ended: odd within one. By any thread.
    [[nodiscard]] static std::uint64_t changes() {
        return changes_.load(std::memory_order_relaxed);
    }

private:
    static inline std::atomic<std::uint64_t> changes_{0};
};

}  // namespace engram::parallel
