// SPDX-License-Identifier: Apache-2.0
#include "dry_run/largest.hpp"

#include <cmath>

namespace engram::dry_run {
namespace {

/// That a Poisson number exceeds `k` >= mean.
double beyond(double k, double mean) {
    double term = std::exp((k + 1.0) * std::log(mean) - mean - std::lgamma(k + 2.0));
    double sum = term;
    constexpr double negligible = 1e-12;
    for (double j = k + 2.0; term > negligible * sum; j += 1.0) sum += term *= mean / j;
    return sum;
}

}  // namespace

double largest_poisson(double count, double mean, double level) {
    if (!(count > 0.0) || !(mean > 0.0)) return 0.0;
    double k = std::floor(mean);  // the largest of several lies above, and that of one hardly below
    while (count * std::log1p(-beyond(k, mean)) < std::log(level)) k += 1.0;
    return k;
}

}  // namespace engram::dry_run
