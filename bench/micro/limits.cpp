// SPDX-License-Identifier: Apache-2.0
#include "micro/limits.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <ctime>
#include <numeric>
#include <type_traits>
#include <vector>

#include "core/buffer.hpp"
#include "core/random.hpp"
#include "core/vectors.hpp"
#include "state/poisson_counts.hpp"
#include "micro/run.hpp"

namespace engram::bench::limits {
namespace {

/// Calls `work` until enough time went by, five times over.
template <class Work>
double rate(double items, Work work) {
    constexpr std::size_t repetitions = 5;
    constexpr std::clock_t long_enough = CLOCKS_PER_SEC / 20;
    const int unwatched = static_cast<int>(1e6 / items) + 1;  // calls, since the clock takes time
    work();
    std::array<double, repetitions> rates{};
    for (double& one : rates) {
        const std::clock_t begin = std::clock();
        double calls = 0.0;
        while (std::clock() - begin < long_enough) {
            for (int i = 0; i < unwatched; ++i) work();
            calls += unwatched;
        }
        one = items * calls * CLOCKS_PER_SEC / static_cast<double>(std::clock() - begin);
    }
    std::sort(rates.begin(), rates.end());
    return rates[repetitions / 2];
}

constexpr std::size_t rows = 20'000, row_length = 1'000, targets = 5'000;

/// The row `now`, while the row `next` is asked for line by line.
template <class Weight>
ENGRAM_WIDE void add_row(const std::uint32_t* now, const Weight* weights, const std::uint32_t* next,
                         const Weight* next_weights, double* input) {
    constexpr std::size_t line = 16;
    for (std::size_t k = 0; k + line <= row_length; k += line) {
        __builtin_prefetch(next + k);
        if constexpr (!std::is_same_v<Weight, char>)
            for (std::size_t i = 0; i < line; i += 64 / sizeof(Weight))
                __builtin_prefetch(next_weights + k + i);
#pragma GCC unroll 16
        for (std::size_t i = k; i < k + line; ++i) {
            if constexpr (std::is_same_v<Weight, char>) input[now[i]] += 3.0;
            else input[now[i]] += static_cast<double>(weights[i]);
        }
    }
}

/// `Weight` char: one weight for all.
template <class Weight>
double delivery() {
    Buffer<std::uint32_t> columns(rows * row_length);
    Buffer<Weight> weights(std::is_same_v<Weight, char> ? 0 : columns.size());
    RandomStream random({21, 22}, 0, 0);
    for (std::size_t row = 0; row < rows; ++row) {
        std::uint32_t* const begin = columns.data() + row * row_length;
        for (std::size_t k = 0; k < row_length; ++k)
            begin[k] = static_cast<std::uint32_t>(random.below(targets));
        std::sort(begin, begin + row_length);
    }
    std::fill(weights.begin(), weights.end(), Weight{1});
    std::vector<std::size_t> order(rows);
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t i = rows; i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
    std::vector<double> input(targets, 0.0);
    std::size_t at = 0;
    return rate(static_cast<double>(row_length), [&] {
        const std::size_t now = order[at] * row_length;
        at = (at + 1) % rows;
        const std::size_t next = order[at] * row_length;
        add_row(columns.data() + now, weights.data() + (weights.empty() ? 0 : now),
                columns.data() + next, weights.data() + (weights.empty() ? 0 : next), input.data());
        benchmark::ClobberMemory();
    });
}

/// Columns of neurons.
struct Neurons {
    std::size_t size;
    Buffer<double> v{size}, ex{size}, in{size}, input_ex{size}, input_in{size};
    Buffer<std::int32_t> silent{size};
    Buffer<std::uint8_t> spiked{size};
    explicit Neurons(std::size_t n) : size(n) {
        for (Buffer<double>* column : {&v, &ex, &in, &input_ex, &input_in})
            std::fill(column->begin(), column->end(), 0.0);
        std::fill(silent.begin(), silent.end(), 0);
        for (std::size_t i = 0; i < size; ++i) v[i] = static_cast<double>(i % 19);
    }
};

constexpr double decay = 0.995, drive = 0.099, threshold = 20.0, reset = 10.0;
constexpr std::int32_t refractory = 20;

template <bool currents>
ENGRAM_WIDE void advance(Neurons& n) {
    double* __restrict v = n.v.data(), * __restrict ex = n.ex.data(), * __restrict in = n.in.data();
    double* __restrict input_ex = n.input_ex.data(), * __restrict input_in = n.input_in.data();
    std::int32_t* __restrict silent = n.silent.data();
    std::uint8_t* __restrict spiked = n.spiked.data();
    const std::size_t size = n.size;
#if !defined(__clang__)
#pragma GCC ivdep
#endif
    for (std::size_t i = 0; i < size; ++i) {
        double next = v[i] * decay + drive;
        if constexpr (currents) {
            next += ex[i] * 0.02 + in[i] * 0.02;
            ex[i] = ex[i] * 0.95 + input_ex[i];
            in[i] = in[i] * 0.95 + input_in[i];
            input_in[i] = 0.0;
        } else {
            next += input_ex[i];
        }
        input_ex[i] = 0.0;
        const std::int32_t left = silent[i];
        next = left == 0 ? next : v[i];
        const bool spike = next >= threshold;
        v[i] = spike ? reset : next;
        silent[i] = spike ? refractory : left == 0 ? 0 : left - 1;
        spiked[i] = spike;
    }
}

template <bool currents>
double update(std::size_t size) {
    Neurons neurons(size);
    return rate(static_cast<double>(size), [&] {
        advance<currents>(neurons);
        benchmark::ClobberMemory();
    });
}

}  // namespace

double delivery_constant() { return delivery<char>(); }
double delivery_single() { return delivery<float>(); }
double delivery_double() { return delivery<double>(); }
double update_delta(std::size_t neurons) { return update<false>(neurons); }
double update_exp(std::size_t neurons) { return update<true>(neurons); }

double poisson(double mean) {
    const PoissonTable table(mean);
    std::array<std::int32_t, poisson_group> counts{};
    NodeIndex group = 0;
    return rate(poisson_group, [&] {
        draw_poisson(table, {group++ & 1023, 1, 0, 3}, {7, 8}, counts);
        benchmark::DoNotOptimize(counts);
    });
}

}  // namespace engram::bench::limits
