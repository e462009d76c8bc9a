// SPDX-License-Identifier: Apache-2.0
#include "core/philox_blocks.hpp"

#include <algorithm>

namespace engram {
namespace {

constexpr std::uint32_t group = 8;  // blocks that are made at once
using Counter = std::array<std::uint32_t, 4>;
using GroupWords = std::array<std::uint32_t, 4 * group>;  // in the order of the stream

#if defined(__AVX2__)

void group_plain(const Counter& first, RandomKey key, GroupWords& out) {
    for (std::uint32_t half = 0; half < 2; ++half) {
        // In this order of the blocks interleaving within 128 bits gives their words in order.
        const std::uint32_t c = first[0] + 4 * half;
        const FourBlocks x = philox_four(_mm256_setr_epi64x(c, c + 2, c + 1, c + 3), first, key);
        const __m256i low = join_halves(x.x0, x.x1), high = join_halves(x.x2, x.x3);
        auto* const to = reinterpret_cast<__m256i*>(out.data() + 16 * half);
        _mm256_storeu_si256(to, _mm256_unpacklo_epi64(low, high));
        _mm256_storeu_si256(to + 1, _mm256_unpackhi_epi64(low, high));
    }
}

#else

void group_plain(const Counter& first, RandomKey key, GroupWords& out) {
    for (std::uint32_t i = 0; i < group; ++i) {
        const Counter words = philox({first[0] + i, first[1], first[2], first[3]}, key);
        std::copy(words.begin(), words.end(), out.begin() + 4 * i);
    }
}

#endif

#if defined(__x86_64__)

ENGRAM_WIDE void group_wide(const Counter& first, RandomKey key, GroupWords& out) {
    EightBlocks x;
    const __m512i order = _mm512_set_epi64(7, 3, 6, 2, 5, 1, 4, 0);  // as in group_plain()
    philox_eight(_mm512_add_epi64(_mm512_set1_epi64(first[0]), order), first, key, x);
    const __m512i low = join_halves(x.x0, x.x1), high = join_halves(x.x2, x.x3);
    _mm512_storeu_si512(out.data(), _mm512_unpacklo_epi64(low, high));
    _mm512_storeu_si512(out.data() + 16, _mm512_unpackhi_epi64(low, high));
}

#else

void group_wide(const Counter& first, RandomKey key, GroupWords& out) {
    group_plain(first, key, out);
}

#endif

}  // namespace

void philox_sequence(Counter counter, RandomKey key, std::span<std::uint32_t> out) {
    const auto make = wide_vectors() ? group_wide : group_plain;
    GroupWords words;
    while (!out.empty()) {
        make(counter, key, words);
        const std::size_t n = std::min(words.size(), out.size());
        std::copy_n(words.begin(), n, out.begin());
        counter[0] += group;
        out = out.subspan(n);
    }
}

}  // namespace engram
