// SPDX-License-Identifier: Apache-2.0
// Our elementary functions against libm in long double, and bit for bit against what they gave
// once, so that a processor or compiler on which they differ is noticed.
#include "core/math.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <vector>

#include "engram_test.hpp"

namespace engram {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

/// How far `got` is from the exact value, in units of its last place.
double ulps(double got, long double exact) {
    const double nearest = static_cast<double>(exact);
    const double unit = std::abs(std::nextafter(nearest, infinite) - nearest);
    return static_cast<double>(std::abs(static_cast<long double>(got) - exact) / unit);
}

TEST(Math, ExpIsGoodTo2Ulps) {
    for (double x = -708.0; x < 709.7; x += 0.01237)
        ASSERT_LE(ulps(math::exp(x), std::exp(static_cast<long double>(x))), 2.0) << x;
    for (double x = 1e-18; x < 1.0; x *= 1.37)
        for (const double y : {x, -x})
            ASSERT_LE(ulps(math::exp(y), std::exp(static_cast<long double>(y))), 2.0) << y;
}

TEST(Math, LogIsGoodTo2Ulps) {
    for (double x = 1e-307; x < 1e307; x *= 1.0137)
        ASSERT_LE(ulps(math::log(x), std::log(static_cast<long double>(x))), 2.0) << x;
    for (double x = 0.5; x < 2.0; x += 0.000137)
        ASSERT_LE(ulps(math::log(x), std::log(static_cast<long double>(x))), 2.0) << x;
}

TEST(Math, SinOfTurnsIsGoodTo1em15) {
    for (double x = -3.0; x < 3.0; x += 0.00137)
        EXPECT_NEAR(math::sin_of_turns(x),
                    static_cast<double>(std::sin(2.0L * std::numbers::pi_v<long double> * x)),
                    1e-15)
            << x;
    for (const double quarter : {0.0, 1.0, 2.0, 3.0}) {
        constexpr double exact[] = {0.0, 1.0, 0.0, -1.0};
        EXPECT_EQ(math::sin_of_turns(quarter / 4.0), exact[static_cast<int>(quarter)]);
        EXPECT_EQ(math::sin_of_turns(1e6 + quarter / 4.0), exact[static_cast<int>(quarter)]);
        EXPECT_EQ(math::sin_of_turns(-quarter / 4.0), -exact[static_cast<int>(quarter)]);
    }
}

/// Weights may be tiny and exponents large: no garbage where exp has its ends.
TEST(Math, PowKnowsItsEnds) {
    EXPECT_EQ(math::pow(0.0, 0.4), 0.0);
    EXPECT_EQ(math::pow(0.0, 0.0), 1.0);
    EXPECT_EQ(math::pow(1e-300, 10.0), 0.0);
    EXPECT_EQ(math::pow(1e-17, 1000.0), 0.0);
    EXPECT_EQ(math::pow(1e300, 2.0), infinite);
    EXPECT_EQ(math::pow(1e300, 1e9), infinite);
    for (const double x : {5e-324, 1e-310, 2.5e-308})
        for (const double y : {0.3, 0.5, 1.01})
            EXPECT_LE(std::abs(math::pow(x, y) - std::pow(x, y)), 1e-13 * std::pow(x, y) + 5e-324)
                << x << " to the " << y;
}

TEST(Math, PowIsGoodTo1em14) {
    for (double x = 1e-6; x < 10.0; x *= 1.131)
        for (double y = 0.0; y < 4.0; y += 0.173) {
            const long double exact =
                std::pow(static_cast<long double>(x), static_cast<long double>(y));
            ASSERT_LE(std::abs(static_cast<long double>(math::pow(x, y)) / exact - 1.0L), 1e-14L)
                << x << " to the " << y;
        }
}

/// Put into the distribution function the quantile gives the probability back; how well it can
/// depends on the slope.
TEST(Math, NormalQuantileInvertsTheDistribution) {
    for (double p = 1e-300; p < 0.5; p *= 1.37) {
        const long double x = math::normal_quantile(p);
        const long double back = 0.5L * std::erfc(-x / std::sqrt(2.0L));
        ASSERT_LE(std::abs(back / static_cast<long double>(p) - 1.0L), 1e-15L * (1.0L + x * x))
            << p;
    }
    for (double p = 0.001; p < 0.5; p += 0.00137)
        EXPECT_NEAR(math::normal_quantile(1.0 - p), -math::normal_quantile(p), 1e-12);
}

/// Many are those of each: in the middle, in the tails, where tails are far, and at the borders.
TEST(Math, NormalQuantilesOfManyAreThoseOfEach) {
    std::vector<double> p;
    for (double x = 1e-300; x < 1.0; x *= 1.037) p.push_back(x);
    for (double x = 1e-16; x < 1.0; x *= 1.37) p.push_back(1.0 - x);
    for (const double border : {0.075, 0.5, 0.925, std::exp(-25.0), 1.0 - std::exp(-25.0)})
        for (const double side : {0.0, 0.5, 1.0}) p.push_back(std::nextafter(border, side));
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{127},
                                   std::size_t{128}, std::size_t{129}, p.size()})
        for (const std::size_t begin : {std::size_t{0}, p.size() - size}) {
            std::vector<double> each, many(p.begin() + static_cast<std::ptrdiff_t>(begin),
                                           p.begin() + static_cast<std::ptrdiff_t>(begin + size));
            for (const double x : many) each.push_back(math::normal_quantile(x));
            math::normal_quantiles(many);
            EXPECT_EQ(many, each);
        }
}

TEST(Math, EdgesAreExact) {
    EXPECT_EQ(math::exp(0.0), 1.0);
    EXPECT_EQ(math::exp(-infinite), 0.0);
    EXPECT_EQ(math::exp(-1000.0), 0.0);
    EXPECT_EQ(math::exp(infinite), infinite);
    EXPECT_EQ(math::exp(710.0), infinite);
    EXPECT_TRUE(std::isnan(math::exp(std::nan(""))));
    EXPECT_GT(math::exp(-745.0), 0.0);
    EXPECT_EQ(math::log(1.0), 0.0);
    EXPECT_EQ(math::log(0.0), -infinite);
    EXPECT_EQ(math::log(infinite), infinite);
    EXPECT_TRUE(std::isnan(math::log(-1.0)));
    EXPECT_EQ(math::pow(0.3, 0.0), 1.0);
    EXPECT_EQ(math::pow(0.3, 1.0), 0.3);
    EXPECT_EQ(math::pow(0.0, 0.4), 0.0);
    EXPECT_EQ(math::normal_quantile(0.5), 0.0);
}

/// All bits of many results in one number.
template <class Function>
std::uint64_t digest(double from, double to, Function function) {
    std::uint64_t sum = 0;
    for (int i = 0; i < 10000; ++i) {
        const double value = function(from + (to - from) * i / 10000);
        sum = (sum ^ std::bit_cast<std::uint64_t>(value)) * 0x100000001b3;
    }
    return sum;
}

TEST(Math, BitsAreThoseOfEveryProcessor) {
    EXPECT_EQ(digest(-700.0, 700.0, math::exp), 0x13e507fd19eb124du);
    EXPECT_EQ(digest(1e-9, 1e4, math::log), 0x1c99a78867ef5445u);
    EXPECT_EQ(digest(0.0, 2.0, [](double x) { return math::pow(x, 0.4); }), 0xa89d139979e3f978u);
    EXPECT_EQ(digest(1e-9, 1.0, math::normal_quantile), 0x2626629138c5efc3u);
}

}  // namespace
}  // namespace engram
