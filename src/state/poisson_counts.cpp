// SPDX-License-Identifier: Apache-2.0
#include "state/poisson_counts.hpp"

#include <algorithm>
#include <cmath>

#include "core/math.hpp"
#include "core/philox_blocks.hpp"
#include "core/vectors.hpp"

namespace engram {

PoissonTable::PoissonTable(double mean) {
    if (mean <= 0.0) return;
    // Probabilities relative to the mode, as far down and up as one word in 2^32 can tell, then
    // normalised.
    constexpr double negligible = 1e-16;
    const auto mode = static_cast<std::int64_t>(mean);
    std::vector<double> below, above{1.0};
    for (std::int64_t n = mode; n > 0; --n) {
        const double p = (below.empty() ? 1.0 : below.back()) * static_cast<double>(n) / mean;
        if (p < negligible) break;
        below.push_back(p);
    }
    for (std::int64_t n = mode + 1;; ++n) {
        const double p = above.back() * mean / static_cast<double>(n);
        if (p < negligible) break;
        above.push_back(p);
    }
    std::vector<double> p(below.rbegin(), below.rend());
    p.insert(p.end(), above.begin(), above.end());
    double total = 0.0;
    for (const double one : p) total += one;
    lowest_ = narrow<std::int32_t>(mode - static_cast<std::int64_t>(below.size()),
                                   "a Poisson count", "Lower the rate of the generator");
    double sum = 0.0;
    for (const double one : p) {
        sum += one;
        const double threshold = std::round(sum / total * 0x1p32);
        if (threshold > 0xffffffffp0) break;
        thresholds_.push_back(static_cast<std::uint32_t>(threshold));
    }
}

std::int32_t PoissonTable::count(std::uint32_t word) const {
    const auto at = std::upper_bound(thresholds_.begin(), thresholds_.end(), word);
    return lowest_ + static_cast<std::int32_t>(at - thresholds_.begin());
}

namespace {

constexpr std::size_t counters = 16;
using Words = std::array<std::array<std::uint32_t, counters>, 4>;  // [word][counter]

std::array<std::uint32_t, 4> first_counter(const PoissonCounter& c) {
    return {static_cast<std::uint32_t>(c.group * counters), static_cast<std::uint32_t>(c.step),
            static_cast<std::uint32_t>(c.step >> 32) | c.k << 16, c.projection};
}

#if defined(__AVX2__)

void philox_words(const std::array<std::uint32_t, 4>& first, RandomKey key, Words& words) {
    // Counters 0, 2, 4, 6 or 1, 3, 5, 7 after `offset`: joining two such sets gives eight in order.
    const auto blocks = [&](std::uint32_t offset) {
        const std::uint32_t c = first[0] + offset;
        return philox_four(_mm256_setr_epi64x(c, c + 2, c + 4, c + 6), first, key);
    };
    for (std::uint32_t half = 0; half < counters; half += 8) {
        const FourBlocks even = blocks(half), odd = blocks(half + 1);
        const auto store = [&](std::size_t w, __m256i value) {
            _mm256_storeu_si256(reinterpret_cast<__m256i*>(words[w].data() + half), value);
        };
        store(0, join_halves(even.x0, odd.x0));
        store(1, join_halves(even.x1, odd.x1));
        store(2, join_halves(even.x2, odd.x2));
        store(3, join_halves(even.x3, odd.x3));
    }
}

#else

void philox_words(const std::array<std::uint32_t, 4>& first, RandomKey key, Words& words) {
    for (std::uint32_t j = 0; j < counters; ++j) {
        const auto block = philox({first[0] + j, first[1], first[2], first[3]}, key);
        for (std::size_t w = 0; w < 4; ++w) words[w][j] = block[w];
    }
}

#endif

/// More thresholds than these are searched; comparing with fewer of them is faster.
constexpr std::size_t few = 40;

#if defined(__x86_64__)

/// draw_poisson() with few thresholds.
ENGRAM_WIDE void draw_wide(const PoissonTable& table, const std::array<std::uint32_t, 4>& first,
                           RandomKey key, std::int32_t* counts) {
    EightBlocks even, odd;
    const __m512i counter =
        _mm512_add_epi64(_mm512_set1_epi64(first[0]), _mm512_set_epi64(14, 12, 10, 8, 6, 4, 2, 0));
    philox_eight(counter, first, key, even);
    philox_eight(_mm512_add_epi64(counter, _mm512_set1_epi64(1)), first, key, odd);
    const __m512i words[4] = {join_halves(even.x0, odd.x0), join_halves(even.x1, odd.x1),
                              join_halves(even.x2, odd.x2), join_halves(even.x3, odd.x3)};
    __m512i sums[4];
    for (auto& sum : sums) sum = _mm512_set1_epi32(table.lowest());
    const __m512i one = _mm512_set1_epi32(1);
    for (const std::uint32_t threshold : table.thresholds()) {
        const __m512i limit = _mm512_set1_epi32(static_cast<std::int32_t>(threshold));
        for (std::size_t w = 0; w < 4; ++w)
            sums[w] = _mm512_mask_add_epi32(sums[w], _mm512_cmpge_epu32_mask(words[w], limit),
                                            sums[w], one);
    }
    for (std::size_t w = 0; w < 4; ++w) _mm512_storeu_si512(counts + counters * w, sums[w]);
}

#endif

}  // namespace

void draw_poisson(const PoissonTable& table, const PoissonCounter& counter, RandomKey key,
                  std::array<std::int32_t, poisson_group>& counts) {
#if defined(__x86_64__)
    if (wide_vectors() && table.thresholds().size() <= few) {
        draw_wide(table, first_counter(counter), key, counts.data());
        return;
    }
#endif
    Words words;
    philox_words(first_counter(counter), key, words);
    const std::uint32_t* word = words[0].data();
    if (table.thresholds().size() > few) {
        for (std::size_t i = 0; i < poisson_group; ++i) counts[i] = table.count(word[i]);
        return;
    }
    counts.fill(table.lowest());
    for (const std::uint32_t threshold : table.thresholds())
        for (std::size_t i = 0; i < poisson_group; ++i) counts[i] += word[i] >= threshold ? 1 : 0;
}

}  // namespace engram
