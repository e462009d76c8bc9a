// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace engram {

/// Whether hot loops run in their variants for AVX-512: the processor has it, and the environment
/// variable ENGRAM_VECTORS is not "256". Both variants give the same bits. Constant, thread-safe.
bool wide_vectors();

// A function compiled for AVX-512, whatever the rest is compiled for; called only where
// wide_vectors(). What it calls must be inlined into it, or runs as compiled for the rest; it is
// not inlined into what is compiled for less. Bodies for both are written once, as
// `[[gnu::always_inline]]`, and called from a plain and from a wide function.
#if defined(__x86_64__) && defined(__clang__)
#define ENGRAM_WIDE [[gnu::target("avx512f,avx512vl,avx512dq,avx512bw")]]
#elif defined(__x86_64__)
#define ENGRAM_WIDE [[gnu::target("avx512f,avx512vl,avx512dq,avx512bw,prefer-vector-width=512")]]
#else
#define ENGRAM_WIDE
#endif

}  // namespace engram
