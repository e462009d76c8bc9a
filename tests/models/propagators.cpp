// SPDX-License-Identifier: Apache-2.0
// Propagators against the integrals that they are, by Simpson's rule in long double.
#include "models/propagators.hpp"

#include <cmath>

#include "engram_test.hpp"

namespace engram {
namespace {

constexpr double capacity = 250.0;
constexpr double step = 0.1;

/// The integral over the step of (time since its beginning)^power, decaying with tau_syn, of which
/// tau_m decays what there was until the end.
long double integral(double tau_syn, double tau_m, int power) {
    constexpr int intervals = 20000;
    const long double a = static_cast<long double>(step) / tau_m;
    const long double b = static_cast<long double>(step) / tau_syn;
    long double sum = 0.0L;
    for (int i = 0; i <= intervals; ++i) {
        const long double u = static_cast<long double>(i) / intervals;
        const long double factor = i == 0 || i == intervals ? 1.0L : i % 2 == 1 ? 4.0L : 2.0L;
        sum += factor * (power == 0 ? 1.0L : u) * std::exp(-(1.0L - u) * a - u * b);
    }
    const long double h = step;
    return sum / (3.0L * intervals) * (power == 0 ? h : h * h) / capacity;
}

void expect_exact(double tau_syn, double tau_m) {
    const auto expect = [&](double got, int power) {
        EXPECT_NEAR(static_cast<double>(got / integral(tau_syn, tau_m, power)), 1.0, 2e-15)
            << "tau_syn " << tau_syn << ", tau_m " << tau_m << ", power " << power;
    };
    expect(propagators::exponential_current(step, tau_syn, tau_m, capacity), 0);
    expect(propagators::alpha_current(step, tau_syn, tau_m, capacity), 1);
}

TEST(Propagators, AreExactForAllTimeConstants) {
    for (double tau_m = 0.02; tau_m < 1000.0; tau_m *= 2.7)
        for (double tau_syn = 0.02; tau_syn < 1000.0; tau_syn *= 2.3) expect_exact(tau_syn, tau_m);
}

TEST(Propagators, AreExactWhereTimeConstantsNearlyAgree) {
    for (const double tau_m : {0.03, 0.1, 10.0, 200.0}) {
        expect_exact(tau_m, tau_m);
        for (double apart = 1e-16; apart < 1.0; apart *= 7.0) {
            expect_exact(tau_m * (1.0 + apart), tau_m);
            expect_exact(tau_m * (1.0 - apart), tau_m);
        }
    }
}

/// What acts for a time much shorter than the step has acted at once, at its beginning.
TEST(Propagators, StayFiniteForTinyTimeConstants) {
    constexpr double tiny = 1e-12, tau_m = 10.0;
    const double decay = std::exp(-step / tau_m);
    EXPECT_NEAR(propagators::exponential_current(step, tiny, tau_m, capacity) / tiny,
                decay / capacity, 1e-12);
    EXPECT_NEAR(propagators::alpha_current(step, tiny, tau_m, capacity) / (tiny * tiny),
                decay / capacity, 1e-12);
    EXPECT_NEAR(propagators::exponential_current(step, tau_m, tiny, capacity) / tiny,
                decay / capacity, 1e-12);
    EXPECT_NEAR(propagators::alpha_current(step, tau_m, tiny, capacity) / tiny,
                step * decay / capacity, 1e-12);
}

}  // namespace
}  // namespace engram
