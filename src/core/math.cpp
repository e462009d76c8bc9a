// SPDX-License-Identifier: Apache-2.0
#include "core/math.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/vectors.hpp"

namespace engram::math {

using detail::polynomial;

double exp(double x) {
    if (std::isnan(x)) return x;
    if (x > exp_infinite) return std::numeric_limits<double>::infinity();
    if (x < exp_zero) return 0.0;
    return detail::exp_bounded(x);
}

double sin_of_turns(double x) {
    // To an eighth of a turn around a multiple of a quarter; both steps are exact.
    const double turn = x - std::nearbyint(x);
    const double quarters = std::nearbyint(turn * 4.0);
    const double angle = (turn - quarters * 0.25) * 6.283185307179586;
    const double square = angle * angle;
    constexpr double sine[] = {1.0,
                               -1.0 / 6,
                               1.0 / 120,
                               -1.0 / 5040,
                               1.0 / 362880,
                               -1.0 / 39916800,
                               1.0 / 6227020800,
                               -1.0 / 1307674368000,
                               1.0 / 355687428096000};
    constexpr double cosine[] = {1.0,
                                 -1.0 / 2,
                                 1.0 / 24,
                                 -1.0 / 720,
                                 1.0 / 40320,
                                 -1.0 / 3628800,
                                 1.0 / 479001600,
                                 -1.0 / 87178291200,
                                 1.0 / 20922789888000};
    switch (static_cast<int>(quarters)) {
        case 1:
            return detail::polynomial(square, cosine);
        case -1:
            return -detail::polynomial(square, cosine);
        case 2:
        case -2:
            return -angle * detail::polynomial(square, sine);
        default:
            return angle * detail::polynomial(square, sine);
    }
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

[[gnu::always_inline]] inline double central_quantile(double q) {
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

/// Where a logarithm is needed; `tail` is the root of minus the logarithm of the probability
/// beyond.
constexpr double near_end = 5.0;

[[gnu::always_inline]] inline double near_tail(double tail) {
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
    return polynomial(tail - 1.6, c) / polynomial(tail - 1.6, d);
}

double far_tail(double tail) {
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
    return polynomial(tail - 5.0, e) / polynomial(tail - 5.0, f);
}

double tail_quantile(double p) {
    const bool lower = p < 0.5;
    const double tail = std::sqrt(-log(lower ? p : 1.0 - p));
    const double value = tail <= near_end ? near_tail(tail) : far_tail(tail);
    return lower ? -value : value;
}

}  // namespace

double normal_quantile(double p) {
    return std::abs(p - 0.5) <= central ? central_quantile(p - 0.5) : tail_quantile(p);
}

namespace {

/// Both parts of many: what only few need is worked out for these few, close together.
[[gnu::always_inline]] inline void all_quantiles(double* p, std::size_t n) {
    constexpr std::size_t piece = 128, vector = 8;
    std::array<double, piece> tails, far;
    std::array<std::uint32_t, piece> places;
    for (std::size_t begin = 0; begin < n; begin += piece, p += piece) {
        const std::size_t m = std::min(piece, n - begin);
        std::size_t count = 0;
        for (std::size_t i = 0; i < m; ++i) {
            tails[count] = p[i];
            places[count] = static_cast<std::uint32_t>(i);
            count += std::abs(p[i] - 0.5) <= central ? 0u : 1u;
        }
        for (std::size_t i = 0; i < m; ++i) p[i] = central_quantile(p[i] - 0.5);
        std::size_t padded = count;  // to whole vectors
        while (padded % vector != 0) tails[padded++] = 0.25;
        std::uint64_t beyond = 0;
        for (std::size_t i = 0; i < padded; ++i) {
            const double lower = tails[i] < 0.5 ? tails[i] : 1.0 - tails[i];
            const double tail = std::sqrt(-detail::log_finite(lower));
            const double value = near_tail(tail);
            far[i] = tails[i] < 0.5 ? -value : value;
            beyond |= tail > near_end ? std::uint64_t{1} : std::uint64_t{0};
        }
        if (beyond != 0)  // once in 10^10 numbers
            for (std::size_t i = 0; i < count; ++i) far[i] = tail_quantile(tails[i]);
        for (std::size_t i = 0; i < count; ++i) p[places[i]] = far[i];
    }
}

void plain_quantiles(double* p, std::size_t n) { all_quantiles(p, n); }
ENGRAM_WIDE void wide_quantiles(double* p, std::size_t n) { all_quantiles(p, n); }

}  // namespace

void normal_quantiles(std::span<double> p) {
    (wide_vectors() ? wide_quantiles : plain_quantiles)(p.data(), p.size());
}

}  // namespace engram::math
