// SPDX-License-Identifier: Apache-2.0
// A library to be preloaded: ranks whose clocks differ by hours, and jump by more of them, forth in
// one second and back in the next. Only the time of day; the clock that durations are measured with
// (CLOCK_MONOTONIC) never jumps on any system.
#include <cstdlib>
#include <ctime>

#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

namespace {

/// Seconds to add. None in processes that are no ranks (mpirun).
time_t shift() {
    const char* const rank = std::getenv("OMPI_COMM_WORLD_RANK");
    if (rank == nullptr) return 0;
    constexpr time_t apart = 5 * 3600, jump = 3 * 3600;
    timespec running{};
    ::syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &running);
    return (std::atoi(rank) - 1) * apart + (running.tv_sec % 2 == 0 ? jump : -jump);
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* time) noexcept {
    const int result = static_cast<int>(::syscall(SYS_clock_gettime, clock, time));
    const bool of_day = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
    if (result == 0 && of_day) time->tv_sec += shift();
    return result;
}

int gettimeofday(timeval* __restrict time, void* __restrict) noexcept {
    timespec now{};
    const int result = clock_gettime(CLOCK_REALTIME, &now);
    *time = {now.tv_sec, now.tv_nsec / 1000};
    return result;
}

time_t time(time_t* result) noexcept {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    if (result != nullptr) *result = now.tv_sec;
    return now.tv_sec;
}

}  // extern "C"
