// SPDX-License-Identifier: Apache-2.0
#include "core/poisson.hpp"

#include <cmath>
#include <limits>

#include "core/math.hpp"
#include "core/rejection.hpp"

namespace engram {
namespace {

std::uint64_t by_inversion(RandomStream& random, double mean) {
    double probability = math::exp(-mean);
    double above = random.uniform();
    constexpr std::uint64_t most = 200;  // beyond, with a mean below 10, only rounding leads
    std::uint64_t k = 0;
    while (above > probability && k < most) {
        above -= probability;
        ++k;
        probability *= mean / static_cast<double>(k);
    }
    return k;
}

}  // namespace

std::uint64_t draw_poisson(RandomStream& random, double mean) {
    if (!(mean > 0.0)) return 0;
    constexpr double few = 10.0;
    if (mean < few) return by_inversion(random, mean);
    return rejection::ratio_of_uniforms(random, mean, mean, std::floor(mean), 0.0,
                                        std::numeric_limits<double>::infinity(), [mean](double k) {
                                            return -rejection::deviance(k, mean, k - mean) -
                                                   rejection::factorial_excess(k);
                                        });
}

}  // namespace engram
