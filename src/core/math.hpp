// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

/// Elementary functions that give the same bits on every processor: libm chooses its code by CPU
/// type, these use IEEE additions, multiplications, divisions and roots alone. Errors stay below 2
/// units in the last place (pow: 1e-14 relative). docs/decisions/0001-own-elementary-functions.md.
namespace engram::math {

double exp(double x);
/// Beyond these exp is infinite, and zero.
inline constexpr double exp_infinite = 709.782712893384, exp_zero = -745.133219101941;
/// Natural logarithm; x > 0.
double log(double x);

/// sin(2 pi x).
double sin_of_turns(double x);

/// What exp, log and pow are made of: without branches, so that the compiler vectorises loops over
/// them.
namespace detail {

inline constexpr double ln2_high =
    0x1.62e42fee00000p-1;  // 32 bits of ln 2: products with exponents are exact
inline constexpr double ln2_low = 0x1.a39ef35793c76p-33;

template <std::size_t N>
inline double polynomial(double x, const double (&coefficients)[N]) {
    double sum = coefficients[N - 1];
    for (std::size_t i = N - 1; i-- > 0;) sum = sum * x + coefficients[i];
    return sum;
}

inline double power_of_two(std::int64_t exponent) {
    return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + 1023) << 52);
}

/// The double that is a whole number `n` of less than 2^31 as an integer: the lower bits of
/// n + 1.5 x 2^52 are those of n, for which no instruction beyond the addition is needed.
inline constexpr double integer_shift = 0x1.8p52;
inline std::int64_t whole(double n) {
    return static_cast<std::int64_t>(std::bit_cast<std::uint64_t>(n + integer_shift) -
                                     std::bit_cast<std::uint64_t>(integer_shift));
}
inline double whole(std::int64_t n) {
    return std::bit_cast<double>(static_cast<std::uint64_t>(n) +
                                 std::bit_cast<std::uint64_t>(integer_shift)) -
           integer_shift;
}

/// exp of -746 <= x <= 710.
inline double exp_bounded(double x) {
    const double n = (x * 0x1.71547652b82fep0 + integer_shift) - integer_shift;
    const double r = (x - n * ln2_high) - n * ln2_low;
    constexpr double taylor[] = {0.5,           1.0 / 6,        1.0 / 24,        1.0 / 120,
                                 1.0 / 720,     1.0 / 5040,     1.0 / 40320,     1.0 / 362880,
                                 1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800};
    const double value = 1.0 + (r + r * r * polynomial(r, taylor));
    // In two steps, since 2^n alone may be too large or too small for a double.
    const double half = (n * 0.5 + integer_shift) - integer_shift;
    return value * power_of_two(whole(half)) * power_of_two(whole(n - half));
}

/// log of x >= 0, where log(0) is some finite number.
inline double log_finite(double x) {
    constexpr double smallest_normal = std::numeric_limits<double>::min();
    const bool small = x < smallest_normal;
    const auto bits = std::bit_cast<std::uint64_t>(small ? x * 0x1p54 : x);
    const auto exponent = static_cast<std::int64_t>(bits >> 52) - 1022;
    const double half_to_one =
        std::bit_cast<double>((bits & 0x000fffffffffffffu) | 0x3fe0000000000000u);
    const bool low = half_to_one < 0x1.6a09e667f3bcdp-1;
    const double mantissa = low ? half_to_one * 2.0 : half_to_one;
    const double e = whole(exponent) - (low ? 1.0 : 0.0) - (small ? 54.0 : 0.0);
    const double s = (mantissa - 1.0) / (mantissa + 1.0);
    const double z = s * s;
    constexpr double series[] = {1.0 / 3,  1.0 / 5,  1.0 / 7,  1.0 / 9,  1.0 / 11, 1.0 / 13,
                                 1.0 / 15, 1.0 / 17, 1.0 / 19, 1.0 / 21, 1.0 / 23, 1.0 / 25};
    const double tail = 2.0 * s * z * polynomial(z, series);
    return e * ln2_high + (2.0 * s + (tail + e * ln2_low));
}

}  // namespace detail

/// x to the power y for finite x >= 0; exact for y = 0 and y = 1. Without branches.
inline double pow(double x, double y) {
    const double at_zero = y > 0.0 ? 0.0 : std::numeric_limits<double>::infinity();
    const double exponent = y * detail::log_finite(x);
    const double above = exponent < -746.0 ? -746.0 : exponent;  // where exp is zero ...
    const double bounded = above > 710.0 ? 710.0 : above;        // ... and infinite
    const double power = x > 0.0 ? detail::exp_bounded(bounded) : at_zero;
    return y == 1.0 ? x : y == 0.0 ? 1.0 : power;
}

/// Inverse of the normal distribution function, 0 < p < 1 (Wichura 1988, AS 241: relative error
/// 1e-16).
double normal_quantile(double p);
/// The same of all, in place.
void normal_quantiles(std::span<double> p);

}  // namespace engram::math
