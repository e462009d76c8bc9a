// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <thread>

namespace engram::parallel {

/// A barrier of the threads of a rank for waits of microseconds: it watches for a while, then gives
/// its core away, and sleeps only when that does not help. std::barrier sleeps sooner, and waking
/// up took a third of the time of a small network on two threads.
class Barrier {
public:
    explicit Barrier(int count) : count_(count) {}

    void arrive_and_wait() {
        const unsigned round = round_.load(std::memory_order_acquire);
        if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == count_) {
            arrived_.store(0, std::memory_order_relaxed);
            round_.store(round + 1, std::memory_order_release);
            round_.notify_all();
            return;
        }
        constexpr int looks = 2000;  // some 20 microseconds
        constexpr int yields = 50;   // more threads than cores: others need this one
        for (int look = 0; round_.load(std::memory_order_acquire) == round; ++look) {
            if (look < looks) pause();
            else if (look < looks + yields) std::this_thread::yield();
            else round_.wait(round, std::memory_order_acquire);
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
