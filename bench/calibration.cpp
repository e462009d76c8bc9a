// SPDX-License-Identifier: Apache-2.0
#include "calibration.hpp"

#include <algorithm>
#include <array>
#include <barrier>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <numeric>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/buffer.hpp"
#include "core/random.hpp"
#include "parallel/team.hpp"

namespace engram::bench {
namespace {

constexpr std::size_t length = std::size_t{1} << 25;  // doubles: 256 MiB
constexpr int repetitions = 7;
constexpr double giga = 1e9, mega = 1e6;

double thread_seconds() {
    std::timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Keeps the compiler from leaving out what made `value`.
template <class T>
void keep(const T& value) {
    asm volatile("" : : "r,m"(value) : "memory");
}

/// Median time of work(thread), the slowest thread of each repetition.
template <class Work>
double median_seconds(int threads, Work work) {
    std::vector<double> slowest(repetitions, 0.0);
    std::vector<std::vector<double>> times(static_cast<std::size_t>(threads), slowest);
    std::barrier start(threads);
    parallel::run_team(threads, [&](int thread) {
        for (std::size_t r = 0; r < repetitions; ++r) {
            start.arrive_and_wait();
            const double begin = thread_seconds();
            work(static_cast<std::size_t>(thread));
            times[static_cast<std::size_t>(thread)][r] = thread_seconds() - begin;
        }
    });
    for (const auto& of_thread : times)
        for (std::size_t r = 0; r < repetitions; ++r)
            slowest[r] = std::max(slowest[r], of_thread[r]);
    std::nth_element(slowest.begin(), slowest.begin() + repetitions / 2, slowest.end());
    return slowest[repetitions / 2];
}

/// The sum in eight times eight parts, so that additions do not wait for one another.
double sum(const double* values, std::size_t n) {
    constexpr std::size_t parts = 64;
    std::array<double, parts> sums{};
    for (std::size_t i = 0; i < n; i += parts)
        for (std::size_t k = 0; k < parts; ++k) sums[k] += values[i + k];
    return std::accumulate(sums.begin(), sums.end(), 0.0);
}

void triad(double* __restrict a, const double* __restrict b, const double* __restrict c,
           std::size_t n) {
    constexpr double q = 3.0;
    for (std::size_t i = 0; i < n; ++i) a[i] = b[i] + q * c[i];
}

double random_reads(const Buffer<double>& values) {
    constexpr std::size_t reads = std::size_t{1} << 22;
    std::vector<std::uint32_t> places(reads);
    RandomStream random({1, 2}, 0, 0);
    for (auto& place : places) place = static_cast<std::uint32_t>(random.below(length));
    const double seconds = median_seconds(1, [&](std::size_t) {
        double total = 0.0;
        for (const std::uint32_t place : places) total += values[place];
        keep(total);
    });
    return static_cast<double>(reads) / seconds / mega;
}

/// Follows a random cycle through all cache lines of 256 MiB.
double latency() {
    constexpr std::size_t per_line = 16, lines = length * sizeof(double) / 64, loads = 300'000;
    std::vector<std::uint32_t> order(lines);
    std::iota(order.begin(), order.end(), 0u);
    RandomStream random({1, 2}, 1, 0);
    for (std::size_t i = lines - 1; i > 0; --i) std::swap(order[i], order[random.below(i + 1)]);
    Buffer<std::uint32_t> next(lines * per_line);
    for (std::size_t i = 0; i < lines; ++i) next[order[i] * per_line] = order[(i + 1) % lines];
    std::uint32_t at = 0;
    const double seconds = median_seconds(1, [&](std::size_t) {
        for (std::size_t i = 0; i < loads; ++i) at = next[at * per_line];
        keep(at);
    });
    return seconds / static_cast<double>(loads) * giga;
}

}  // namespace

Calibration calibrate() {
    Buffer<double> a(length), b(length), c(length);
    for (std::size_t i = 0; i < length; ++i) {
        a[i] = 0.0;
        b[i] = 1.0;
        c[i] = 2.0;
    }
    const auto bandwidth = [&](int threads, std::size_t arrays, auto work) {
        const std::size_t share = length / static_cast<std::size_t>(threads);
        const double seconds =
            median_seconds(threads, [&](std::size_t t) { work(t * share, share); });
        return static_cast<double>(arrays * length * sizeof(double)) / seconds / giga;
    };
    const auto read = [&](std::size_t begin, std::size_t n) { keep(sum(b.data() + begin, n)); };
    const auto add = [&](std::size_t begin, std::size_t n) {
        triad(a.data() + begin, b.data() + begin, c.data() + begin, n);
        keep(a.data());
    };
    Calibration result;
    result.read_one = bandwidth(1, 1, read);
    result.read_two = bandwidth(2, 1, read);
    result.triad_one = bandwidth(1, 3, add);
    result.triad_two = bandwidth(2, 3, add);
    result.random_reads = random_reads(b);
    result.latency = latency();
    return result;
}

double slowness(const Calibration& c) {
    return std::cbrt(reference_machine.read_one / c.read_one * reference_machine.random_reads /
                     c.random_reads * c.latency / reference_machine.latency);
}

std::string text(const Calibration& c) {
    return fmt::format(
        "read {:.1f} GB/s (two threads {:.1f}), triad {:.1f} GB/s ({:.1f}), random reads {:.0f} "
        "M/s, latency {:.0f} ns",
        c.read_one, c.read_two, c.triad_one, c.triad_two, c.random_reads, c.latency);
}

}  // namespace engram::bench
