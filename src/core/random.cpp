// SPDX-License-Identifier: Apache-2.0
#include "core/random.hpp"

#include <algorithm>
#include <bit>
#include <limits>

#include <Random123/philox.h>

#include "core/math.hpp"
#include "core/philox_blocks.hpp"
#include "core/vectors.hpp"

namespace engram {

RandomKey random_key(std::uint64_t seed, Stream stream) {
    // The seed has 64 bits and the key must hold the stream too: one encryption of both mixes them
    // into 64 bits.
    const auto mixed =
        philox({static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32),
                static_cast<std::uint32_t>(stream), 0},
               RandomKey{0x656e6772u, 0x616d0001u});
    return {mixed[0], mixed[1]};
}

std::array<std::uint32_t, 4> philox(const std::array<std::uint32_t, 4>& counter, RandomKey key) {
    const philox4x32_ctr_t in{{counter[0], counter[1], counter[2], counter[3]}};
    const philox4x32_key_t k{{key.low, key.high}};
    const philox4x32_ctr_t out = philox4x32(in, k);
    return {out.v[0], out.v[1], out.v[2], out.v[3]};
}

void RandomStream::words(std::span<std::uint32_t> out) {
    std::size_t done = 0;
    while (done < out.size() && used_ < words_.size()) out[done++] = words_[used_++];
    const std::size_t blocks = (out.size() - done) / 4;
    philox_sequence(counter_, key_, out.subspan(done, 4 * blocks));
    counter_[0] += static_cast<std::uint32_t>(blocks);
    done += 4 * blocks;
    while (done < out.size()) out[done++] = word();
}

std::uint64_t RandomStream::below(std::uint64_t bound) {
    if (bound <= 0xffffffffu) {
        const auto small = static_cast<std::uint32_t>(bound);
        std::uint64_t product = std::uint64_t{word()} * small;
        if (static_cast<std::uint32_t>(product) < small) {
            const std::uint32_t threshold = (0u - small) % small;
            while (static_cast<std::uint32_t>(product) < threshold)
                product = std::uint64_t{word()} * small;
        }
        return product >> 32;
    }
    __extension__ using Wide = unsigned __int128;
    Wide product = static_cast<Wide>(word64()) * bound;
    const std::uint64_t threshold = (0u - bound) % bound;
    while (static_cast<std::uint64_t>(product) < threshold)
        product = static_cast<Wide>(word64()) * bound;
    return static_cast<std::uint64_t>(product >> 64);
}

namespace {

constexpr std::size_t piece = 256;  // words that are worked on at once

/// Lemire's products of words and a bound; whether one of them is to be drawn again.
[[gnu::always_inline]] inline bool multiply(const std::uint32_t* words, std::uint32_t bound,
                                            std::uint32_t threshold, std::uint64_t* out,
                                            std::size_t n) {
    std::uint32_t misses = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const std::uint64_t product = std::uint64_t{words[i]} * bound;
        out[i] = product >> 32;
        misses |= static_cast<std::uint32_t>(product) < threshold ? 1u : 0u;
    }
    return misses != 0;
}

bool multiply_plain(const std::uint32_t* words, std::uint32_t bound, std::uint32_t threshold,
                    std::uint64_t* out, std::size_t n) {
    return multiply(words, bound, threshold, out, n);
}
ENGRAM_WIDE bool multiply_wide(const std::uint32_t* words, std::uint32_t bound,
                               std::uint32_t threshold, std::uint64_t* out, std::size_t n) {
    return multiply(words, bound, threshold, out, n);
}

}  // namespace

void RandomStream::below_all(std::uint64_t bound, std::span<std::uint64_t> out) {
    if (bound > 0xffffffffu) {
        for (std::uint64_t& drawn : out) drawn = below(bound);
        return;
    }
    const auto multiply_any = wide_vectors() ? multiply_wide : multiply_plain;
    const auto small = static_cast<std::uint32_t>(bound);
    const std::uint32_t threshold = (0u - small) % small;
    std::array<std::uint32_t, piece> drawn;
    for (std::size_t done = 0; done < out.size();) {
        const std::size_t n = std::min(piece, out.size() - done);
        words({drawn.data(), n});
        if (!multiply_any(drawn.data(), small, threshold, out.data() + done, n)) {
            done += n;
            continue;
        }
        for (std::size_t i = 0; i < n; ++i) {
            const std::uint64_t product = std::uint64_t{drawn[i]} * small;
            if (static_cast<std::uint32_t>(product) >= threshold) out[done++] = product >> 32;
        }
    }
}

namespace {

constexpr int patience = 1000;  // misses of one draw

/// The numbers of RandomStream::uniform() from two words each. Whole numbers become doubles by
/// their bits: all that is added here is exact but for the 0.5.
[[gnu::always_inline]] inline void to_uniform(const std::uint32_t* words, double* out,
                                              std::size_t n) {
    constexpr std::uint64_t whole = 0x4330000000000000u;  // bits of 2^52
    for (std::size_t i = 0; i < n; ++i) {
        const std::uint64_t low = words[2 * i] >> 11, high = words[2 * i + 1];
        const double fine = std::bit_cast<double>(whole | low) - 0x1p52;
        const double coarse = std::bit_cast<double>(whole | high) - 0x1p52;
        out[i] = ((coarse * 0x1p21 + fine) + 0.5) * 0x1p-53;
    }
}

void to_uniform_plain(const std::uint32_t* words, double* out, std::size_t n) {
    to_uniform(words, out, n);
}
ENGRAM_WIDE void to_uniform_wide(const std::uint32_t* words, double* out, std::size_t n) {
    to_uniform(words, out, n);
}

/// exp as the branching one gives it.
[[gnu::always_inline]] inline double branchless_exp(double x) {
    const double above = x < -746.0 ? -746.0 : x;
    const double power = math::detail::exp_bounded(above > 710.0 ? 710.0 : above);
    const double bounded = x > math::exp_infinite ? std::numeric_limits<double>::infinity() : power;
    return x < math::exp_zero ? 0.0 : bounded;
}

/// Turns uniform numbers, or normal ones where the distribution is made of these, into ones of the
/// distribution, without its bounds.
[[gnu::always_inline]] inline void scale(const Random& distribution, double* values,
                                         std::size_t n) {
    const double a = distribution.a, b = distribution.b;
    switch (distribution.kind) {
        case Random::Kind::normal:
            for (std::size_t i = 0; i < n; ++i) values[i] = a + b * values[i];
            break;
        case Random::Kind::uniform:
            for (std::size_t i = 0; i < n; ++i) values[i] = a + (b - a) * values[i];
            break;
        case Random::Kind::lognormal:
            for (std::size_t i = 0; i < n; ++i) values[i] = branchless_exp(a + b * values[i]);
            break;
        case Random::Kind::exponential:
            for (std::size_t i = 0; i < n; ++i)
                values[i] = -a * math::detail::log_finite(values[i]);
            break;
    }
}

void scale_plain(const Random& distribution, double* values, std::size_t n) {
    scale(distribution, values, n);
}
ENGRAM_WIDE void scale_wide(const Random& distribution, double* values, std::size_t n) {
    scale(distribution, values, n);
}

void transform(const Random& distribution, std::span<double> values) {
    if (distribution.kind == Random::Kind::normal || distribution.kind == Random::Kind::lognormal)
        math::normal_quantiles(values);
    (wide_vectors() ? scale_wide : scale_plain)(distribution, values.data(), values.size());
}

/// Copies the values within the bounds, and how many; `misses` counts those beyond that one draw
/// had so far.
std::size_t keep(const Random& distribution, std::span<const double> values, double* out,
                 int& misses) {
    const double min = distribution.min, max = distribution.max;
    std::size_t kept = 0;
    if (static_cast<std::size_t>(misses) + values.size() < patience) {
        int since = misses;
        for (const double value : values) {
            const bool hit = value >= min && value <= max;
            out[kept] = value;
            kept += hit ? 1u : 0u;
            since = hit ? 0 : since + 1;
        }
        misses = since;
        return kept;
    }
    for (const double value : values) {
        const bool hit = value >= min && value <= max;
        misses = hit ? 0 : misses + 1;
        if (!hit && misses < patience) continue;
        out[kept++] = hit ? value : std::clamp(value, min, max);
        misses = 0;
    }
    return kept;
}

}  // namespace

double RandomStream::draw(const Random& distribution) {
    double value = 0.0;
    for (int attempt = 0; attempt < patience; ++attempt) {
        value = uniform();
        transform(distribution, {&value, 1});
        if (value >= distribution.min && value <= distribution.max) return value;
    }
    return std::clamp(value, distribution.min, distribution.max);
}

void RandomStream::draw_all(const Random& distribution, std::span<double> out) {
    const auto make_uniform = wide_vectors() ? to_uniform_wide : to_uniform_plain;
    std::array<std::uint32_t, piece> drawn;
    std::array<double, piece / 2> values;
    int misses = 0;
    // Every attempt takes one uniform number: those of many draws can be transformed together.
    for (std::size_t done = 0; done < out.size();) {
        const std::size_t n = std::min(values.size(), out.size() - done);
        words({drawn.data(), 2 * n});
        make_uniform(drawn.data(), values.data(), n);
        transform(distribution, {values.data(), n});
        done += keep(distribution, {values.data(), n}, out.data() + done, misses);
    }
}

}  // namespace engram
