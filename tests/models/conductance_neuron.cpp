// SPDX-License-Identifier: Apache-2.0
// iaf_cond_exp and iaf_cond_alpha where closed forms exist, and against a method of steps a hundred
// times finer.
#include "models/conductance_neuron.hpp"

#include <cmath>

#include "core/random.hpp"
#include "models/one_neuron.hpp"
#include "engram_test.hpp"

namespace engram {
namespace {

using test::OneNeuron;
using test::Values;

constexpr double capacity = 250.0, leak = 16.6667, rest = -70.0, reversal = 0.0;
const char* const models[] = {"iaf_cond_exp", "iaf_cond_alpha"};

/// With constant conductances V_m relaxes exponentially, also where the membrane is faster than the
/// step.
TEST(ConductanceNeuron, RelaxesUnderConstantConductances) {
    for (const char* model : models)
        for (const double g : {0.0, 3.0, 200.0, 20'000.0}) {
            OneNeuron neuron(model,
                             {{"tau_syn_ex", 1e12},
                              {"g_ex", g},
                              {"V_th", 1e3},
                              {"V_m", -65.0},
                              {"I_e", 50.0},
                              {"V_reset", -70.0}},
                             0.1);
            const double end = (leak * rest + g * reversal + 50.0) / (leak + g);
            for (int step = 1; step <= 100; ++step) {
                neuron.step();
                const double fall = std::exp(-0.1 * step * (leak + g) / capacity);
                ASSERT_NEAR(neuron["V_m"], end + (-65.0 - end) * fall, 2e-6)
                    << model << ", g " << g << ", step " << step;
            }
        }
}

/// What currents would do: the response to a small conductance, whose driving force stays.
TEST(ConductanceNeuron, AddsUpSmallConductances) {
    constexpr double weight = 1e-3, tau = 1.5, tau_m = capacity / leak, h = 0.1;
    constexpr double amplitude = weight * (reversal - rest) / capacity;
    const double beta = 1.0 / tau - 1.0 / tau_m;
    for (const char* model : models) {
        OneNeuron neuron(model, {{"tau_syn_ex", tau}}, h);
        neuron.step(weight);
        EXPECT_EQ(neuron["V_m"], rest);
        const bool exponential = model == models[0];
        for (int step = 1; step <= 300; ++step) {
            neuron.step();
            const double t = step * h, slow = std::exp(-t / tau_m), fast = std::exp(-t / tau);
            const double alpha = ((slow - fast) / (beta * beta) - t * fast / beta) * std::exp(1.0);
            const double response = exponential ? (slow - fast) / beta : alpha / tau;
            ASSERT_NEAR(neuron["V_m"] - rest, amplitude * response, 3e-4 * amplitude * response)
                << model << ", step " << step;
            const double course = exponential ? fast : t / tau * fast * std::exp(1.0);
            ASSERT_NEAR(neuron["g_ex"], weight * course, 1e-14) << model << ", step " << step;
        }
    }
}

/// V_m is V_reset while refractory, and the neuron spikes again when it is back at the threshold.
TEST(ConductanceNeuron, IsRefractory) {
    for (const char* model : models) {
        OneNeuron neuron(model, {{"I_e", 500.0}, {"t_ref", 1.25}, {"V_m", -55.01}}, 0.1);
        ASSERT_TRUE(neuron.step());
        for (int step = 0; step < 13; ++step) {  // t_ref is rounded up
            EXPECT_EQ(neuron["V_m"], -60.0);
            EXPECT_FALSE(neuron.step());
        }
        EXPECT_EQ(neuron["V_m"], -60.0);
        const double end = rest + 500.0 / leak;
        const double rise = capacity / leak * std::log((end + 60.0) / (end + 55.0));
        int steps = 1;
        while (!neuron.step()) ++steps;
        EXPECT_EQ(steps, static_cast<int>(std::ceil(rise / 0.1))) << model;
    }
}

struct Drive {
    double resolution, tau_ex, tau_in, excitation, inhibition, rate;
};

/// The membrane and its conductances as plain equations.
test::Slope slope_of(const Drive& d, bool exponential) {
    return [=](const std::vector<double>& y) -> std::vector<double> {
        const auto [V, ex, in, feed_ex, feed_in] = std::array{y[0], y[1], y[2], y[3], y[4]};
        const double dV = (200.0 - leak * (V - rest) - ex * V - in * (V + 85.0)) / capacity;
        const double to_ex = exponential ? 0.0 : feed_ex, to_in = exponential ? 0.0 : feed_in;
        return {dV, to_ex - ex / d.tau_ex, to_in - in / d.tau_in, -feed_ex / d.tau_ex,
                -feed_in / d.tau_in};
    };
}

void expect_agreement(const std::string& model, const Drive& d) {
    const bool exponential = model == models[0];
    OneNeuron neuron(
        model,
        {{"I_e", 200.0}, {"tau_syn_ex", d.tau_ex}, {"tau_syn_in", d.tau_in}, {"V_th", 100.0}},
        d.resolution);
    const test::Slope slope = slope_of(d, exponential);
    std::vector<double> y{rest, 0.0, 0.0, 0.0, 0.0};
    RandomStream random({7, 8}, 0, 0);
    for (int step = 0; step < 400; ++step) {
        const double ex = random.uniform() < d.rate * d.resolution ? d.excitation : 0.0;
        const double in = random.uniform() < d.rate * d.resolution ? d.inhibition : 0.0;
        neuron.step(ex, -in);
        for (int fine = 0; fine < 100; ++fine) test::classical_step(y, d.resolution / 100, slope);
        y[exponential ? 1 : 3] += exponential ? ex : ex * std::exp(1.0) / d.tau_ex;
        y[exponential ? 2 : 4] += exponential ? in : in * std::exp(1.0) / d.tau_in;
        ASSERT_NEAR(neuron["V_m"], y[0], 2e-4 + 1e-6 * d.excitation) << model << ", step " << step;
        ASSERT_NEAR(neuron["g_ex"], y[1], 1e-6 * d.excitation) << model << ", step " << step;
    }
}

TEST(ConductanceNeuron, AgreesWithFineSteps) {
    for (const char* model : models)
        for (const Drive& d :
             {Drive{0.1, 0.2, 2.0, 10.0, 15.0, 0.5}, Drive{0.1, 5.0, 10.0, 2.0, 2.0, 3.0},
              Drive{1.0, 0.2, 2.0, 10.0, 40.0, 0.3}, Drive{0.01, 0.5, 2.0, 30.0, 30.0, 5.0},
              Drive{0.5, 2.0, 5.0, 300.0, 800.0, 0.5}})
            expect_agreement(model, d);
}

}  // namespace
}  // namespace engram
