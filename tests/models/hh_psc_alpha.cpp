// SPDX-License-Identifier: Apache-2.0
// The Hodgkin-Huxley neuron against a method of steps a hundred times finer, and its spikes.
#include "models/neurons/hh_psc_alpha.hpp"

#include <cmath>

#include "core/random.hpp"
#include "models/one_neuron.hpp"
#include "engram_test.hpp"

namespace engram {
namespace {

using test::OneNeuron;

/// V, m, h, n, and one alpha-shaped current with what feeds it, as the textbook has them.
std::vector<double> slope(const std::vector<double>& y, double I_e, double tau) {
    const double V = y[0], m = y[1], h = y[2], n = y[3];
    const double alpha_n = 0.01 * (V + 55.0) / (1.0 - std::exp(-(V + 55.0) / 10.0));
    const double beta_n = 0.125 * std::exp(-(V + 65.0) / 80.0);
    const double alpha_m = 0.1 * (V + 40.0) / (1.0 - std::exp(-(V + 40.0) / 10.0));
    const double beta_m = 4.0 * std::exp(-(V + 65.0) / 18.0);
    const double alpha_h = 0.07 * std::exp(-(V + 65.0) / 20.0);
    const double beta_h = 1.0 / (1.0 + std::exp(-(V + 35.0) / 10.0));
    const double ionic = 12000.0 * std::pow(m, 3) * h * (V - 50.0) +
                         3600.0 * std::pow(n, 4) * (V + 77.0) + 30.0 * (V + 54.402);
    return {(I_e - ionic + y[4]) / 100.0,
            alpha_m * (1.0 - m) - beta_m * m,
            alpha_h * (1.0 - h) - beta_h * h,
            alpha_n * (1.0 - n) - beta_n * n,
            y[5] - y[4] / tau,
            -y[5] / tau};
}

void expect_agreement(double resolution, double I_e, double tau, double weight) {
    OneNeuron neuron("hh_psc_alpha", {{"I_e", I_e}, {"tau_syn_ex", tau}}, resolution);
    std::vector<double> y{
        neuron["V_m"], neuron["Act_m"], neuron["Inact_h"], neuron["Act_n"], 0.0, 0.0};
    RandomStream random({3, 8}, 0, 0);
    int spikes = 0;
    double before = y[0];
    for (double t = 0.0; t < 60.0; t += resolution) {
        const double arriving = random.uniform() < 0.3 * resolution ? weight : 0.0;
        const bool spike = neuron.step(arriving);
        for (int fine = 0; fine < 100; ++fine)
            test::classical_step(y, resolution / 100,
                                 [&](const auto& x) { return slope(x, I_e, tau); });
        const bool falling = y[0] < before;
        before = y[0];
        y[5] += arriving * std::exp(1.0) / tau;
        spikes += spike ? 1 : 0;
        EXPECT_TRUE(!spike || (falling && y[0] >= 0.0)) << t;
        ASSERT_NEAR(neuron["V_m"], y[0], 2e-3) << t;
        ASSERT_NEAR(neuron["Act_m"], y[1], 1e-4) << t;
        ASSERT_NEAR(neuron["Inact_h"], y[2], 1e-5) << t;
        ASSERT_NEAR(neuron["Act_n"], y[3], 1e-5) << t;
    }
    EXPECT_GT(spikes, 1);
}

TEST(HodgkinHuxley, AgreesWithFineSteps) {
    expect_agreement(0.1, 900.0, 0.2, 200.0);
    expect_agreement(0.1, 0.0, 2.0, 900.0);
    expect_agreement(0.5, 1000.0, 1.0, -300.0);
    expect_agreement(0.02, 700.0, 0.5, 500.0);
}

TEST(HodgkinHuxley, RestsWhereItStarts) {
    OneNeuron neuron("hh_psc_alpha", {}, 0.1);
    for (int step = 0; step < 1000; ++step) EXPECT_FALSE(neuron.step());
    EXPECT_NEAR(neuron["V_m"], -65.0, 0.02);
}

/// Rates have quotients of zero by zero at -55 and -40 mV.
TEST(HodgkinHuxley, PassesTheGapsOfItsRates) {
    for (const double gap : {-55.0, -40.0}) {
        double V[3];
        for (int side = -1; side <= 1; ++side) {
            OneNeuron neuron("hh_psc_alpha", {{"V_m", gap + 1e-9 * side}}, 0.1);
            neuron.step();
            V[side + 1] = neuron["V_m"];
        }
        EXPECT_NEAR(V[1], V[0], 1e-7);
        EXPECT_NEAR(V[1], V[2], 1e-7);
    }
}

/// A spike is one maximum; none follows within t_ref.
TEST(HodgkinHuxley, SpikesOnceForAMaximum) {
    const auto spikes = [](double t_ref) {
        OneNeuron neuron("hh_psc_alpha", {{"I_e", 900.0}, {"t_ref", t_ref}}, 0.1);
        int count = 0;
        for (int step = 0; step < 2000; ++step) count += neuron.step() ? 1 : 0;
        return count;
    };
    const int all = spikes(2.0);
    EXPECT_GT(all, 8);
    EXPECT_EQ(spikes(0.0) > all, true);  // while V_m falls it stays above 0 mV for some steps
    EXPECT_LT(spikes(20.0), all);
}

}  // namespace
}  // namespace engram
