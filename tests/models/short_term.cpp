// SPDX-License-Identifier: Apache-2.0
// Short-term plasticity for regular trains, against the amplitude in which they end.
#include <cmath>
#include <tuple>

#include "engram_test.hpp"
#include "prescribed.hpp"

namespace engram {
namespace {

constexpr double resolution = 1.0;  // ms
constexpr Step delay_steps = 40;
constexpr Step first = 2, spikes = 200;

struct Setting {
    double U, tau_rec, tau_fac;
    Step interval;
};

const std::vector<Setting> settings{{0.5, 800.0, 0.0, 25},    {0.67, 450.0, 0.0, 50},
                                    {0.1, 100.0, 1000.0, 25}, {0.2, 300.0, 50.0, 7},
                                    {1.0, 100.0, 0.0, 40},    {0.3, 3.5, 2000.0, 10}};

/// Collective. What one synapse transmits for each spike of a regular train. The rest of the
/// network is there so that all ranks and threads have a part of it.
std::vector<double> transmitted(const std::string& model, const Parameters& parameters,
                                Step interval, double weight, const std::string& precision) {
    NetworkDescription d;
    d.resolution = resolution;
    d.weight_precision = precision;
    test::Train train;
    for (Step i = 0; i < spikes; ++i) train.push_back(first + i * interval);
    test::add_parrots(d, "pre", {{5, 9}, train, {7}});
    test::add_listeners(d, "post", 5);
    d.copy_model(model, "short", parameters);
    const double delay = to_ms(delay_steps, resolution);
    ConnectionList list;
    list.source = {0, 1, 2};
    list.target = {0, 4, 2};
    d.connect("pre", {"post"}, explicit_list(list), {"short", weight, delay});
    RunOptions options;
    options.threads = test::threads();
    Simulation simulation(test::world(), d, options);
    simulation.run(to_ms(train.back() + delay_steps, resolution));
    const Trace trace = simulation.trace("inputs", "post", "V_m");
    std::vector<double> result;
    for (const Step step : train)
        result.push_back(
            trace.values.at(static_cast<std::size_t>(step + delay_steps - 1) * trace.nodes + 4));
    return result;
}

double decay(Step interval, double tau) {
    return tau > 0.0 ? std::exp(-static_cast<double>(interval) * resolution / tau) : 0.0;
}

Parameters parameters(const Setting& s) {
    return {{"U", s.U}, {"tau_rec", s.tau_rec}, {"tau_fac", s.tau_fac}};
}

/// u just after a spike: the fixed point of u -> u e + U (1 - u e).
double facilitated(const Setting& s) {
    return s.U / (1.0 - (1.0 - s.U) * decay(s.interval, s.tau_fac));
}

TEST(ShortTerm, Tsodyks2EndsInItsFixedPoint) {
    for (const Setting& s : settings)
        for (const double weight : {2.0, -30.0}) {
            const double u = facilitated(s), r = decay(s.interval, s.tau_rec);
            const double x = (1.0 - r) / (1.0 - (1.0 - u) * r);
            const auto got =
                transmitted("tsodyks2_synapse", parameters(s), s.interval, weight, "double");
            EXPECT_NEAR(got.back(), weight * u * x, 1e-9 * std::abs(weight)) << s.U;
            EXPECT_DOUBLE_EQ(got.front(), weight * 0.5) << s.U;
        }
}

TEST(ShortTerm, TsodyksEndsInItsFixedPoint) {
    for (const Setting& s : settings) {
        constexpr double tau_psc = 5.0, weight = 7.0;
        const double u = facilitated(s), active = decay(s.interval, tau_psc);
        const double recovered = 1.0 - decay(s.interval, s.tau_rec);
        const double through =
            ((1.0 - active) * tau_psc - recovered * s.tau_rec) / (tau_psc - s.tau_rec);
        // Just before a spike x = x+ + through y+ + recovered (1 - x+ - y+) with x+ = x (1 - u) and
        // y+ = u x / (1 - active) just after it.
        const double x = recovered / (1.0 - (1.0 - u) * (1.0 - recovered) -
                                      (through - recovered) * u / (1.0 - active));
        Parameters p = parameters(s);
        p["tau_psc"] = tau_psc;
        const auto got = transmitted("tsodyks_synapse", p, s.interval, weight, "double");
        EXPECT_NEAR(got.back(), weight * u * x, 1e-9 * weight) << s.U;
        EXPECT_DOUBLE_EQ(got.front(), weight * s.U) << s.U;
    }
}

TEST(ShortTerm, WeightsInSinglePrecisionAreRoundedNotWhatIsTransmitted) {
    const Setting& s = settings[2];
    for (const char* model : {"tsodyks2_synapse", "tsodyks_synapse"}) {
        const double weight = 0.1, single = static_cast<double>(0.1f);
        const auto exact = transmitted(model, parameters(s), s.interval, weight, "double");
        const auto rounded = transmitted(model, parameters(s), s.interval, weight, "single");
        for (std::size_t i = 0; i < exact.size(); ++i)
            EXPECT_DOUBLE_EQ(rounded[i], exact[i] * (single / weight)) << i;
    }
}

TEST(ShortTerm, BeginsWhereItIsTold) {
    EXPECT_DOUBLE_EQ(
        transmitted("tsodyks2_synapse", {{"x", 0.6}, {"u", 0.25}}, 10, 8.0, "double").front(),
        8.0 * 0.6 * 0.25);
    // The first spike comes after two steps: u decays before it rises, x recovers.
    const auto got =
        transmitted("tsodyks_synapse", {{"x", 0.6}, {"u", 0.25}, {"U", 0.5}, {"tau_fac", 10.0}}, 10,
                    8.0, "double");
    const double u = 0.25 * std::exp(-0.2), x = 1.0 - 0.4 * std::exp(-2.0 / 800.0);
    EXPECT_NEAR(got.front(), 8.0 * x * (u + 0.5 * (1.0 - u)), 1e-12);
}

TEST(ShortTerm, RefusesWhatCannotBe) {
    NetworkDescription d;
    d.population("A", "parrot_neuron", 2);
    d.copy_model("tsodyks_synapse", "full", {{"x", 0.7}, {"y", 0.5}});
    d.copy_model("tsodyks_synapse", "degenerate", {{"tau_psc", 20.0}, {"tau_rec", 20.0}});
    d.copy_model("tsodyks2_synapse", "beyond", {{"U", 1.5}});
    d.device("noise", "poisson_generator");
    d.connect("noise", {"A"}, all_to_all(), {.model = "tsodyks2_synapse"});
    EXPECT_ERROR(Simulation(test::world(), d), "'full': x + y = 1.2", "must be at most 1",
                 "'degenerate': tau_psc = 20", "must differ from tau_rec",
                 "'beyond': U = 1.5 (must be between 0 and 1)",
                 "tsodyks2_synapse is not static (devices connect by static_synapse only)");
}

}  // namespace
}  // namespace engram
