// SPDX-License-Identifier: Apache-2.0
#include "core/random.hpp"

#include <algorithm>

#include <Random123/philox.h>

#include "core/math.hpp"

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

constexpr int patience = 1000;  // misses of one draw

/// Turns uniform numbers into ones of the distribution, without its bounds.
void transform(const Random& distribution, std::span<double> values) {
    const double a = distribution.a, b = distribution.b;
    const bool normal =
        distribution.kind == Random::Kind::normal || distribution.kind == Random::Kind::lognormal;
    if (normal) math::normal_quantiles(values);
    switch (distribution.kind) {
        case Random::Kind::normal:
            for (double& v : values) v = a + b * v;
            break;
        case Random::Kind::uniform:
            for (double& v : values) v = a + (b - a) * v;
            break;
        case Random::Kind::lognormal:
            for (double& v : values) v = math::exp(a + b * v);
            break;
        case Random::Kind::exponential:
            for (double& v : values) v = -a * math::log(v);
            break;
    }
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
    std::array<double, 128> values;
    std::size_t done = 0;
    int misses = 0;
    // Every attempt takes one uniform number: those of many draws can be transformed together. The
    // stream is used up further than draw() would; it is not read afterwards.
    while (done < out.size()) {
        const std::size_t n = std::min(values.size(), out.size() - done);
        for (std::size_t i = 0; i < n; ++i) values[i] = uniform();
        transform(distribution, {values.data(), n});
        for (std::size_t i = 0; i < n; ++i) {
            const bool hit = values[i] >= distribution.min && values[i] <= distribution.max;
            misses = hit ? 0 : misses + 1;
            if (!hit && misses < patience) continue;
            out[done++] =
                hit ? values[i] : std::clamp(values[i], distribution.min, distribution.max);
            misses = 0;
        }
    }
}

}  // namespace engram
