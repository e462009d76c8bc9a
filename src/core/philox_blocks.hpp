// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>

#if defined(__x86_64__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"  // in AVX-512 intrinsics (GCC bug 105593)
#if !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>
#pragma GCC diagnostic pop
#endif

#include "core/random.hpp"
#include "core/vectors.hpp"

/// Philox of several counters at once, for those who need many words; the same words as of
/// philox().
namespace engram {

/// Fills `out` with the words of `first` and of the counters after it, which differ in the lowest
/// word.
void philox_sequence(std::array<std::uint32_t, 4> first, RandomKey key,
                     std::span<std::uint32_t> out);

#if defined(__AVX2__)

/// Four Philox blocks: each 64-bit lane holds one word in its lower half; what is in the upper half
/// is ignored by the 32-bit multiplication, and is to be ignored in the result.
struct FourBlocks {
    __m256i x0, x1, x2, x3;
};

/// Counters whose lowest words are the lanes of `lowest`, and whose others are those of `rest`.
inline FourBlocks philox_four(__m256i lowest, const std::array<std::uint32_t, 4>& rest,
                              RandomKey key) {
    FourBlocks x{lowest, _mm256_set1_epi64x(rest[1]), _mm256_set1_epi64x(rest[2]),
                 _mm256_set1_epi64x(rest[3])};
    const __m256i m0 = _mm256_set1_epi64x(0xD2511F53), m1 = _mm256_set1_epi64x(0xCD9E8D57);
    std::uint32_t k0 = key.low, k1 = key.high;
    for (int round = 0; round < 10; ++round) {
        const __m256i p0 = _mm256_mul_epu32(x.x0, m0), p1 = _mm256_mul_epu32(x.x2, m1);
        x.x0 = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(p1, 32), x.x1),
                                _mm256_set1_epi64x(k0));
        x.x2 = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(p0, 32), x.x3),
                                _mm256_set1_epi64x(k1));
        x.x1 = p1;
        x.x3 = p0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    return x;
}

/// The lower halves of `low`, and those of `high` above them.
inline __m256i join_halves(__m256i low, __m256i high) {
    return _mm256_blend_epi32(low, _mm256_slli_epi64(high, 32), 0xAA);
}

#endif

#if defined(__x86_64__)

/// Eight Philox blocks, as FourBlocks.
struct EightBlocks {
    __m512i x0, x1, x2, x3;
};

/// As philox_four().
ENGRAM_WIDE inline void philox_eight(__m512i lowest, const std::array<std::uint32_t, 4>& rest,
                                     RandomKey key, EightBlocks& x) {
    const __m512i m0 = _mm512_set1_epi64(0xD2511F53), m1 = _mm512_set1_epi64(0xCD9E8D57);
    x.x0 = lowest;
    x.x1 = _mm512_set1_epi64(rest[1]);
    x.x2 = _mm512_set1_epi64(rest[2]);
    x.x3 = _mm512_set1_epi64(rest[3]);
    std::uint32_t k0 = key.low, k1 = key.high;
    constexpr int exclusive_or = 0x96;  // of three
    for (int round = 0; round < 10; ++round) {
        const __m512i p0 = _mm512_mul_epu32(x.x0, m0), p1 = _mm512_mul_epu32(x.x2, m1);
        x.x0 = _mm512_ternarylogic_epi64(_mm512_srli_epi64(p1, 32), x.x1, _mm512_set1_epi64(k0),
                                         exclusive_or);
        x.x2 = _mm512_ternarylogic_epi64(_mm512_srli_epi64(p0, 32), x.x3, _mm512_set1_epi64(k1),
                                         exclusive_or);
        x.x1 = p1;
        x.x3 = p0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
}

/// As join_halves() of four.
ENGRAM_WIDE inline __m512i join_halves(__m512i low, __m512i high) {
    return _mm512_mask_blend_epi32(0xAAAA, low, _mm512_slli_epi64(high, 32));
}

#endif

}  // namespace engram
