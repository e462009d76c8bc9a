// SPDX-License-Identifier: Apache-2.0
#include "models/propagators.hpp"

#include <cmath>

#include "core/math.hpp"

/// With a = resolution / tau_m, b = resolution / tau_syn and z = b - a, both are integrals over the
/// step, exp(-b) times a power series in z. Where z is not small there are closed forms, in which
/// nothing cancels and no exponent is positive.
namespace engram::propagators {
namespace {

constexpr double near = 1.0;  ///< below it the series is used

/// The sum of z^n / (n + 1)! times 1, or of z^n / (n + 2)! times 2.
double series(double z, int first) {
    constexpr int terms = 20;
    double sum = 1.0;
    for (int n = terms; n > 0; --n) sum = 1.0 + sum * z / (n + first);
    return sum;
}

}  // namespace

double exponential_current(double resolution, double tau_syn, double tau_m, double C_m) {
    const double a = resolution / tau_m, b = resolution / tau_syn, z = b - a;
    const double mean =
        std::abs(z) < near ? math::exp(-b) * series(z, 1) : (math::exp(-a) - math::exp(-b)) / z;
    return mean * resolution / C_m;
}

double alpha_current(double resolution, double tau_syn, double tau_m, double C_m) {
    const double a = resolution / tau_m, b = resolution / tau_syn, z = b - a;
    const double mean = std::abs(z) < near ? math::exp(-b) * series(z, 2) / 2.0
                                           : (math::exp(-a) - math::exp(-b) * (1.0 + z)) / (z * z);
    return mean * resolution * resolution / C_m;
}

}  // namespace engram::propagators
