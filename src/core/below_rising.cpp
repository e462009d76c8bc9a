// SPDX-License-Identifier: Apache-2.0
#include "core/below_rising.hpp"

#include <algorithm>
#include <array>

#include "core/vectors.hpp"

namespace engram {
namespace {

constexpr std::size_t words_at_once = 256;

/// Products of words and a bound that rises by one, as of RandomStream::below(); whether one of
/// them might have to be drawn again.
[[gnu::always_inline]] inline bool multiply_rising(const std::uint32_t* words, std::uint32_t bound,
                                                   std::uint64_t* out, std::size_t n) {
    std::uint32_t doubts = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const std::uint32_t risen = bound + static_cast<std::uint32_t>(i);
        const std::uint64_t product = std::uint64_t{words[i]} * risen;
        out[i] = product >> 32;
        doubts |= static_cast<std::uint32_t>(product) < risen ? 1u : 0u;
    }
    return doubts != 0;
}

bool multiply_rising_plain(const std::uint32_t* words, std::uint32_t bound, std::uint64_t* out,
                           std::size_t n) {
    return multiply_rising(words, bound, out, n);
}
ENGRAM_WIDE bool multiply_rising_wide(const std::uint32_t* words, std::uint32_t bound,
                                      std::uint64_t* out, std::size_t n) {
    return multiply_rising(words, bound, out, n);
}

}  // namespace

void below_rising(RandomStream& stream, std::uint64_t first_bound, std::span<std::uint64_t> out) {
    if (first_bound + out.size() > 0xffffffffu) {
        for (std::uint64_t& drawn : out) drawn = stream.below(first_bound++);
        return;
    }
    const auto multiply_any = wide_vectors() ? multiply_rising_wide : multiply_rising_plain;
    std::array<std::uint32_t, words_at_once> drawn;
    for (std::size_t done = 0; done < out.size();) {
        const std::size_t n = std::min(words_at_once, out.size() - done);
        stream.words({drawn.data(), n});
        const auto bound = static_cast<std::uint32_t>(first_bound + done);
        if (!multiply_any(drawn.data(), bound, out.data() + done, n)) {
            done += n;
            continue;
        }
        for (std::size_t i = 0; i < n; ++i) {
            const auto risen = static_cast<std::uint32_t>(first_bound + done);
            const std::uint64_t product = std::uint64_t{drawn[i]} * risen;
            if (static_cast<std::uint32_t>(product) >= (0u - risen) % risen)
                out[done++] = product >> 32;
        }
    }
}

}  // namespace engram
