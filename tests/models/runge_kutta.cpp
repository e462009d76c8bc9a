// SPDX-License-Identifier: Apache-2.0
// Steps have the order that they claim, integrations keep their tolerance and always end.
#include "models/runge_kutta.hpp"

#include <cmath>
#include <limits>

#include "models/synaptic_course.hpp"
#include "engram_test.hpp"

namespace engram {
namespace {

using runge_kutta::Values;

/// A turning and decaying vector whose slope depends on all of it, and on nothing else.
Values<2> spiral(const Values<2>& y) { return {-0.3 * y[0] - y[1], y[0] - 0.3 * y[1]}; }
Values<2> spiral_at(double t) {
    return {std::exp(-0.3 * t) * std::cos(t), std::exp(-0.3 * t) * std::sin(t)};
}
constexpr auto spiral_slope = [](auto, const Values<2>& y) { return spiral(y); };

double distance(const Values<2>& a, const Values<2>& b) {
    return std::hypot(a[0] - b[0], a[1] - b[1]);
}

TEST(RungeKutta, StepsHaveOrderFiveAndEstimateOrderFour) {
    const Values<2> start{1.0, 0.0};
    double error[2], estimate[2];
    for (int i = 0; i < 2; ++i) {
        const double h = i == 0 ? 0.2 : 0.1;
        const auto step = runge_kutta::take_step(start, h, spiral_slope);
        error[i] = distance(step.end, spiral_at(h));
        estimate[i] = runge_kutta::largest(step.error);
    }
    EXPECT_NEAR(std::log2(error[0] / error[1]), 6.0, 0.3);  // of one step: one more than the order
    EXPECT_NEAR(std::log2(estimate[0] / estimate[1]), 5.0, 0.3);
    EXPECT_GT(estimate[1], error[1]);
}

TEST(RungeKutta, IntegrationsKeepTheirTolerance) {
    double before = 1.0;
    for (const double tolerance : {1e-4, 1e-6, 1e-8}) {
        Values<2> y{1.0, 0.0};
        double step = 10.0;
        int steps = 0;
        runge_kutta::integrate(y, 10.0, tolerance, step, spiral_slope,
                               [&](const auto&) { ++steps; });
        const double error = distance(y, spiral_at(10.0));
        EXPECT_LT(error, steps * tolerance);
        EXPECT_LT(error, 0.1 * before);
        EXPECT_GT(steps, 5);
        before = error;
    }
}

/// What the callback changes is where the integration goes on from: here a sawtooth.
TEST(RungeKutta, VariablesMayBeResetBetweenSteps) {
    Values<1> y{0.0};
    double step = 0.01;
    int resets = 0;
    runge_kutta::integrate(
        y, 10.0, 1e-9, step, [](auto, const Values<1>& x) { return Values<1>{1.0 + 0.0 * x[0]}; },
        [&](auto& x) {
            if (x[0] < 1.0) return;
            x[0] = 0.0;
            ++resets;
        });
    EXPECT_GT(resets, 1);
    EXPECT_LT(y[0], 1.0);
}

TEST(RungeKutta, IntegrationsEndWhateverTheSlope) {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    const auto ends = [](double start, auto slope) {
        Values<1> y{start};
        double step = 1.0;
        runge_kutta::integrate(y, 1.0, 1e-6, step, slope, [](const auto&) {});
        return y[0];
    };
    EXPECT_TRUE(std::isnan(ends(nan, [](auto, const Values<1>& y) { return y; })));
    EXPECT_TRUE(std::isnan(ends(0.0, [](auto, const Values<1>&) { return Values<1>{nan}; })));
    // Infinite before the end: y' = y^2 from 2 on.
    EXPECT_FALSE(
        std::abs(ends(2.0, [](auto, const Values<1>& y) { return Values<1>{y[0] * y[0]}; })) < 1e3);
}

TEST(SynapticCourse, IsExactAtStages) {
    constexpr double h = 0.1, tau = 0.7;
    const ExponentialCourse decay(tau, h);
    const AlphaCourse alpha(tau, h);
    const Course x{3.0, 5.0};
    for (std::size_t s = 0; s < runge_kutta::stages; ++s) {
        const double t = runge_kutta::nodes[s] * h, fall = std::exp(-t / tau);
        EXPECT_NEAR(decay.at(s, x), x.value * fall, 1e-14);
        EXPECT_NEAR(alpha.at(s, x), (x.value + x.feed * t) * fall, 1e-14);
    }
}

/// An alpha function has its peak, the weight, after tau.
TEST(SynapticCourse, AlphaFunctionsPeakAtTheWeight) {
    constexpr double h = 0.1, tau = 2.0, weight = 7.0;
    const AlphaCourse alpha(tau, h);
    Course x = alpha.end({}, weight);
    EXPECT_EQ(x.value, 0.0);
    for (int step = 1; step <= 60; ++step) {
        x = alpha.end(x, 0.0);
        const double t = step * h;
        EXPECT_NEAR(x.value, weight * t / tau * std::exp(1.0 - t / tau), 1e-12);
    }
}

/// Slopes are those of the exact course.
TEST(SynapticCourse, SlopesAgreeWithTheCourse) {
    constexpr double h = 1e-4, tau = 0.7;
    const Course x{3.0, 5.0};
    const auto expect_slope = [&](const auto& course) {
        const Course next = course.end(x, 0.0), slope = course.slope(x);
        EXPECT_NEAR((next.value - x.value) / h, slope.value, 2e-3);
        const double feed = next.feed == 0.0 ? 0.0 : (next.feed - x.feed) / h;  // where it has one
        EXPECT_NEAR(feed, slope.feed, 2e-3);
    };
    expect_slope(ExponentialCourse(tau, h));
    expect_slope(AlphaCourse(tau, h));
}

}  // namespace
}  // namespace engram
