// SPDX-License-Identifier: Apache-2.0
// Izhikevich's neuron against its equations, in both forms, with limits and input.
#include "models/neurons/izhikevich.hpp"

#include <algorithm>

#include "core/random.hpp"
#include "models/one_neuron.hpp"
#include "engram_test.hpp"

namespace engram {
namespace {

using test::OneNeuron;

struct Form {
    bool consistent;
    double h, V_min;
};

void expect_equations(const Form& f) {
    constexpr double a = 0.03, b = 0.22, c = -58.0, d = 3.0, I_e = 8.0, V_th = 25.0;
    OneNeuron neuron("izhikevich",
                     {{"a", a},
                      {"b", b},
                      {"c", c},
                      {"d", d},
                      {"I_e", I_e},
                      {"V_th", V_th},
                      {"V_min", f.V_min},
                      {"U_m", -12.0},
                      {"consistent_integration", f.consistent ? 1.0 : 0.0}},
                     f.h);
    RandomStream random({1, 8}, 0, 0);
    double v = -65.0, u = -12.0;
    int spikes = 0, limited = 0;
    for (int step = 0; step < 400; ++step) {
        const double input = random.uniform() < 0.2 ? 30.0 * (random.uniform() - 0.6) : 0.0;
        const auto slope = [&](double x, double more) {
            return 0.04 * x * x + 5.0 * x + 140.0 - u + I_e + more;
        };
        const double old = v;
        if (f.consistent) v += f.h * slope(v, 0.0) + input;
        else
            for (int half = 0; half < 2; ++half) v += f.h / 2.0 * slope(v, input);
        u += f.h * a * (b * (f.consistent ? old : v) - u);
        limited += v < f.V_min ? 1 : 0;
        v = std::max(v, f.V_min);
        const bool spike = v >= V_th;
        if (spike) v = c, u += d;
        ASSERT_EQ(neuron.step(input), spike) << step;
        ASSERT_NEAR(neuron["V_m"], v, 1e-7) << step;
        ASSERT_NEAR(neuron["U_m"], u, 1e-7) << step;
        spikes += spike ? 1 : 0;
        v = neuron["V_m"], u = neuron["U_m"];  // or differences would grow at each spike
    }
    EXPECT_GT(spikes, 1);
    EXPECT_EQ(limited > 0, f.V_min > -1e3);
}

TEST(Izhikevich, FollowsItsEquations) {
    expect_equations({true, 0.1, -infinity});
    expect_equations({true, 0.25, -66.0});
    expect_equations({false, 1.0, -infinity});
    expect_equations({false, 0.5, -66.0});
}

}  // namespace
}  // namespace engram
