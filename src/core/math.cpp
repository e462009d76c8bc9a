// SPDX-License-Identifier: Apache-2.0
#include "core/math.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace engram::math {

using detail::polynomial;

double exp(double x) {
    if (std::isnan(x)) return x;
    if (x > 709.782712893384) return std::numeric_limits<double>::infinity();
    if (x < -745.133219101941) return 0.0;
    return detail::exp_bounded(x);
}

double log(double x) {
    if (!(x > 0.0))
        return x == 0.0 ? -std::numeric_limits<double>::infinity()
                        : std::numeric_limits<double>::quiet_NaN();
    if (std::isinf(x)) return x;
    return detail::log_finite(x);
}

namespace {

/// Where |p - 1/2| is at most this, one rational function holds, without logarithm.
constexpr double central = 0.425;

double central_quantile(double q) {
    static constexpr double a[] = {3.3871328727963666080e0, 1.3314166789178437745e2,
                                   1.9715909503065514427e3, 1.3731693765509461125e4,
                                   4.5921953931549871457e4, 6.7265770927008700853e4,
                                   3.3430575583588128105e4, 2.5090809287301226727e3};
    static constexpr double b[] = {1.0,
                                   4.2313330701600911252e1,
                                   6.8718700749205790830e2,
                                   5.3941960214247511077e3,
                                   2.1213794301586595867e4,
                                   3.9307895800092710610e4,
                                   2.8729085735721942674e4,
                                   5.2264952788528545610e3};
    const double r = 0.180625 - q * q;
    return q * polynomial(r, a) / polynomial(r, b);
}

double tail_quantile(double p) {
    static constexpr double c[] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                                   5.76949722146069140550e0,  3.64784832476320460504e0,
                                   1.27045825245236838258e0,  2.41780725177450611770e-1,
                                   2.27238449892691845833e-2, 7.74545014278341407640e-4};
    static constexpr double d[] = {1.0,
                                   2.05319162663775882187e0,
                                   1.67638483018380384940e0,
                                   6.89767334985100004550e-1,
                                   1.48103976427480074590e-1,
                                   1.51986665636164571966e-2,
                                   5.47593808499534494600e-4,
                                   1.05075007164441684324e-9};
    static constexpr double e[] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                                   1.78482653991729133580e0,  2.96560571828504891230e-1,
                                   2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                   2.71155556874348757815e-5, 2.01033439929228813265e-7};
    static constexpr double f[] = {1.0,
                                   5.99832206555887937690e-1,
                                   1.36929880922735805310e-1,
                                   1.48753612908506148525e-2,
                                   7.86869131145613259100e-4,
                                   1.84631831751005468180e-5,
                                   1.42151175831644588870e-7,
                                   2.04426310338993978564e-15};
    const bool lower = p < 0.5;
    const double tail = std::sqrt(-log(lower ? p : 1.0 - p));
    const double value = tail <= 5.0 ? polynomial(tail - 1.6, c) / polynomial(tail - 1.6, d)
                                     : polynomial(tail - 5.0, e) / polynomial(tail - 5.0, f);
    return lower ? -value : value;
}

}  // namespace

double normal_quantile(double p) {
    return std::abs(p - 0.5) <= central ? central_quantile(p - 0.5) : tail_quantile(p);
}

void normal_quantiles(std::span<double> p) {
    constexpr std::size_t piece = 128;
    for (std::size_t begin = 0; begin < p.size(); begin += piece) {
        const std::size_t n = std::min(piece, p.size() - begin);
        double* const values = p.data() + begin;
        std::array<double, piece> quantiles;
        for (std::size_t i = 0; i < n; ++i) quantiles[i] = central_quantile(values[i] - 0.5);
        for (std::size_t i = 0; i < n; ++i)
            if (!(std::abs(values[i] - 0.5) <= central)) quantiles[i] = tail_quantile(values[i]);
        std::copy_n(quantiles.begin(), n, values);
    }
}

}  // namespace engram::math
