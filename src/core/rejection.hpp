// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>

#include "core/math.hpp"
#include "core/random.hpp"

/// What drawing of whole numbers by rejection is made of, for distributions whose logarithms must
/// not lose digits where counts are large.
namespace engram::rejection {

/// x log(x / mean) - (x - mean), of which probabilities are made, from the difference x - mean
/// (Loader 2000, Fast and accurate computation of binomial probabilities).
double deviance(double x, double mean, double difference);

/// log(k!) - (k log k - k), which grows slowly. `k` is whole.
double factorial_excess(double k);

/// A whole number from low to high whose probabilities have this mean and variance, are largest at
/// `mode` and have a concave logarithm, which `log_probability` gives but for a constant: by the
/// ratio of uniforms (Stadlober 1990, doi:10.1016/0377-0427(90)90349-5), whose table mountain
/// covers hypergeometric and Poisson distributions with a mean of 5 and more.
template <class LogProbability>
std::uint64_t ratio_of_uniforms(RandomStream& random, double mean, double variance, double mode,
                                double low, double high, LogProbability log_probability) {
    constexpr double slope = 1.7155277699214135;   // 2 sqrt(2 / e)
    constexpr double offset = 0.8989161620588988;  // 3 - 2 sqrt(3 / e)
    const double centre = mean + 0.5;
    const double width = slope * std::sqrt(variance + 0.5) + offset;
    const double highest = log_probability(mode);
    for (;;) {
        const double u = random.uniform(), v = random.uniform();
        const double k = std::floor(centre + width * (v - 0.5) / u);
        if (!(k >= low && k <= high)) continue;
        const double height = log_probability(k) - highest;
        if (u * (4.0 - u) - 3.0 <= height) return static_cast<std::uint64_t>(k);
        if (u * (u - height) >= 1.0) continue;
        if (2.0 * math::log(u) <= height) return static_cast<std::uint64_t>(k);
    }
}

}  // namespace engram::rejection
