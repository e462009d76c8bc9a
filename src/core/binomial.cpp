// SPDX-License-Identifier: Apache-2.0
#include "core/binomial.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/math.hpp"

namespace engram {
namespace {

/// Adds up probabilities until they exceed a uniform number.
std::uint64_t by_inversion(RandomStream& random, std::uint64_t n, double p) {
    const double odds = p / (1.0 - p);
    double probability = math::exp(static_cast<double>(n) * log_of_complement(p));
    double left = random.uniform();
    std::uint64_t k = 0;
    constexpr std::uint64_t most = 200;  // beyond, with a mean below 10, only rounding leads
    while (left > probability && k < std::min(n, most)) {
        left -= probability;
        ++k;
        probability *= odds * static_cast<double>(n - k + 1) / static_cast<double>(k);
    }
    return k;
}

/// log(k!) minus Stirling's approximation of it.
double stirling_rest(double k) {
    static constexpr std::array exact{
        0.08106146679532726,  0.04134069595540929, 0.02767792568499834, 0.02079067210376509,
        0.01664469118982119,  0.01387612882307075, 0.01189670994589177, 0.01041126526197209,
        0.009255462182712733, 0.008330563433362871};
    if (k < static_cast<double>(exact.size())) return exact[static_cast<std::size_t>(k)];
    const double x = 1.0 / (k + 1.0);
    return (1.0 / 12 - (1.0 / 360 - x * x / 1260) * x * x) * x;
}

/// For n p >= 10 and p <= 1/2.
std::uint64_t by_rejection(RandomStream& random, std::uint64_t n, double p) {
    const auto count = static_cast<double>(n);
    const double odds = p / (1.0 - p);
    const double deviation = std::sqrt(count * p * (1.0 - p));
    const double b = 1.15 + 2.53 * deviation;
    const double a = -0.0873 + 0.0248 * b + 0.01 * p;
    const double centre = count * p + 0.5;
    const double surely = 0.92 - 4.2 / b;
    const double alpha = (2.83 + 5.1 / b) * deviation;
    const double mode = std::floor((count + 1.0) * p);
    for (;;) {
        const double u = random.uniform() - 0.5;
        const double v = random.uniform();
        const double distance = 0.5 - std::abs(u);
        const double k = std::floor((2.0 * a / distance + b) * u + centre);
        if (distance >= 0.07 && v <= surely) return static_cast<std::uint64_t>(k);
        if (k < 0.0 || k > count) continue;
        const double height = math::log(v * alpha / (a / (distance * distance) + b));
        const double bound =
            (mode + 0.5) * math::log((mode + 1.0) / (odds * (count - mode + 1.0))) +
            (count + 1.0) * math::log((count - mode + 1.0) / (count - k + 1.0)) +
            (k + 0.5) * math::log(odds * (count - k + 1.0) / (k + 1.0)) + stirling_rest(mode) +
            stirling_rest(count - mode) - stirling_rest(k) - stirling_rest(count - k);
        if (height <= bound) return static_cast<std::uint64_t>(k);
    }
}

}  // namespace

double log_of_complement(double p) {
    constexpr double small = 1e-3;
    if (p > small) return math::log(1.0 - p);
    return -p * (1.0 + p * (1.0 / 2 + p * (1.0 / 3 + p * (1.0 / 4 + p * (1.0 / 5 + p / 6)))));
}

std::uint64_t draw_binomial(RandomStream& random, std::uint64_t n, double p) {
    if (n == 0 || p <= 0.0) return 0;
    if (p >= 1.0) return n;
    if (p > 0.5) return n - draw_binomial(random, n, 1.0 - p);
    constexpr double few = 10.0;
    return static_cast<double>(n) * p < few ? by_inversion(random, n, p)
                                            : by_rejection(random, n, p);
}

}  // namespace engram
