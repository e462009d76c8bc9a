// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <thread>

namespace engram::parallel {

/// A barrier of the threads of a rank for waits of microseconds: it watches before it gives its
/// core away, and never sleeps. std::barrier sleeps, and waking up took a third of the time of a
/// small network on two threads.
class Barrier {
public:
    explicit Barrier(int count) : count_(count) {}

    void arrive_and_wait() {
        const unsigned round = round_.load(std::memory_order_acquire);
        if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == count_) {
            arrived_.store(0, std::memory_order_relaxed);
            round_.store(round + 1, std::memory_order_release);
            return;
        }
        constexpr int patience =
            2000;  // looks, some 20 microseconds; then others may need the core
        for (int look = 0; round_.load(std::memory_order_acquire) == round; ++look) {
            if (look < patience) pause();
            else std::this_thread::yield();
        }
    }

private:
    static void pause() {
#if defined(__x86_64__)
        __builtin_ia32_pause();
#endif
    }

    int count_;
    alignas(64) std::atomic<int> arrived_{0};
    alignas(64) std::atomic<unsigned> round_{0};
};

}  // namespace engram::parallel
