// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/random.hpp"

namespace engram {

/// log(1 - p) for 0 < p < 1, without loss of digits for small ones.
double log_of_complement(double p);

/// A binomial random number: how many of `n` succeed with probability `p` each. For few expected
/// successes or failures by inversion, else by transformed rejection (Hormann 1993,
/// doi:10.1080/00949659308811496, algorithm BTRS). The same on every processor. n <= 2^40: beyond,
/// the logarithms of rejection lose digits.
std::uint64_t draw_binomial(RandomStream& random, std::uint64_t n, double p);

}  // namespace engram
