// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "engram/description.hpp"

#include "core/streams.hpp"

namespace engram {

/// The key of a stream: what the numbers are for, and the user's seed.
struct RandomKey {
    std::uint32_t low = 0, high = 0;
};
RandomKey random_key(std::uint64_t seed, Stream stream);

/// Philox4x32-10 (Salmon et al. 2011, doi:10.1145/2063384.2063405): four words for a counter and a
/// key.
std::array<std::uint32_t, 4> philox(const std::array<std::uint32_t, 4>& counter, RandomKey key);

/// A sequence of random numbers for one thing, named by three indices. Restarting it gives the same
/// again.
class RandomStream {
public:
    RandomStream() = default;
    /// `what` < 2^64 and `which` < 2^32 name the thing; each has 2^32 blocks of four words.
    RandomStream(RandomKey key, std::uint64_t what, std::uint32_t which)
        : key_(key),
          counter_{0, static_cast<std::uint32_t>(what), static_cast<std::uint32_t>(what >> 32),
                   which} {}

    std::uint32_t word() {
        if (used_ == 4) {
            words_ = philox(counter_, key_);
            ++counter_[0];
            used_ = 0;
        }
        return words_[used_++];
    }
    /// Fills `out` with what as many calls of word() give, faster.
    void words(std::span<std::uint32_t> out);
    std::uint64_t word64() {
        const std::uint64_t low = word();
        return low | static_cast<std::uint64_t>(word()) << 32;
    }
    /// Uniform in (0, 1), 53 bits.
    double uniform() { return (static_cast<double>(word64() >> 11) + 0.5) * 0x1p-53; }

    /// Uniform among 0 .. bound-1, without bias (Lemire 2019, doi:10.1145/3230636).
    std::uint64_t below(std::uint64_t bound);
    /// Fills `out` with what as many calls of below() give, faster.
    void below_all(std::uint64_t bound, std::span<std::uint64_t> out);

    /// One draw of `distribution`, repeated until it lies within its bounds; after 1000 misses the
    /// nearest bound.
    double draw(const Random& distribution);
    /// Fills `out` with what as many calls of draw() give, faster.
    void draw_all(const Random& distribution, std::span<double> out);

private:
    RandomKey key_;
    std::array<std::uint32_t, 4> counter_{};
    std::array<std::uint32_t, 4> words_{};
    std::uint32_t used_ = 4;
};

}  // namespace engram
