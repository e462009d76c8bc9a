// SPDX-License-Identifier: Apache-2.0
// What the generators do to V_m, against closed forms; and that it has the same bits on every
// layout, however a run is cut.
#include <cmath>
#include <complex>
#include <numbers>

#include "core/math.hpp"
#include "core/time.hpp"
#include "engram_test.hpp"
#include "simulation/observed.hpp"

namespace engram {
namespace {

using test::world;

constexpr double h = 0.1, rest = -70.0, tau = 10.0, capacity = 250.0;
const double decay = math::exp(-h / tau);
const double response = tau / capacity * (1.0 - decay);  // mV to 1 pA in one step

/// Neurons that do not spike, with a device on all of them.
NetworkDescription driven(std::uint64_t size, const std::string& model, const Parameters& device,
                          const Parameters& meter, const Synapse& synapse = {}) {
    NetworkDescription d;
    d.resolution = h;
    d.seed = 17;
    d.population("N", "iaf_psc_delta", size, {{"V_th", 1e6}});
    d.device("device", model, device);
    d.connect("device", {"N"}, all_to_all(), synapse);
    d.recorder("meter", "multimeter", {"N"}, meter);
    return d;
}

Trace run(const NetworkDescription& d, double ms) {
    Simulation simulation(world(), d, test::on_threads(test::threads()));
    simulation.run(ms);
    return simulation.trace("meter", "N", "V_m");
}

struct Moments {
    double mean = 0.0, variance = 0.0, count = 0.0;
};

/// Of the samples from `first` ms on.
Moments moments(const Trace& trace, double first) {
    Moments m;
    for (const bool second : {false, true}) {
        double sum = 0.0;
        m.count = 0.0;
        for (std::size_t f = 0; f < trace.times.size(); ++f)
            for (std::uint64_t i = 0; i < trace.nodes; ++i)
                if (trace.times[f] >= first) {
                    const double v = trace.values[f * trace.nodes + i];
                    sum += second ? (v - m.mean) * (v - m.mean) : v;
                    ++m.count;
                }
        (second ? m.variance : m.mean) = sum / m.count;
    }
    return m;
}

/// Campbell's theorem, for steps: V decays by a factor in each, and gains w for each spike.
TEST(Devices, PoissonInputHasTheMomentsOfCampbell) {
    constexpr double rate = 2000.0, weight = 0.3;
    const Trace trace = run(driven(400, "poisson_generator", {{"rate", rate}}, {{"interval", 50.0}},
                                   {.weight = weight, .delay = 1.0}),
                            600.0);
    const Moments m = moments(trace, 100.0);
    const double per_step = rate * h / 1000.0;
    const double mean = rest + weight * per_step / (1.0 - decay),
                 variance = weight * weight * per_step / (1.0 - decay * decay);
    EXPECT_NEAR(m.mean, mean, 4.9 * std::sqrt(variance / m.count));
    EXPECT_NEAR(m.variance, variance, 4.9 * variance * std::sqrt(2.0 / m.count));
}

TEST(Devices, NoiseHasTheVarianceOfAFilteredStaircase) {
    constexpr double mean = 50.0, std = 400.0, dt = 0.8;
    constexpr int steps = 8;
    // The first current acts in the step that ends 0.2 ms + delay; samples end an interval.
    const Trace trace =
        run(driven(400, "noise_generator", {{"mean", mean}, {"std", std}, {"dt", dt}},
                   {{"interval", 40.0}, {"offset", 1.1}}, {.weight = 1.0, .delay = 1.0}),
            500.0);
    const Moments m = moments(trace, 100.0);
    const double kept = std::pow(decay, steps), gain = tau / capacity * (1.0 - kept);
    const double variance = gain * gain * std * std / (1.0 - kept * kept);
    EXPECT_NEAR(m.mean, rest + tau / capacity * mean, 4.9 * std::sqrt(variance / m.count));
    EXPECT_NEAR(m.variance, variance, 4.9 * variance * std::sqrt(2.0 / m.count));
}

TEST(Devices, NoiseIsModulated) {
    // At a phase of 90 degrees and no frequency the variance is std^2 + std_mod^2 throughout.
    const Parameters meter{{"interval", 20.0}};
    const auto noise = [&](double phase) {
        return moments(run(driven(300, "noise_generator",
                                  {{"std", 300.0}, {"std_mod", 300.0}, {"phase", phase}}, meter),
                           400.0),
                       100.0)
            .variance;
    };
    const double none = noise(0.0);
    EXPECT_NEAR(noise(90.0) / none, 2.0, 1e-9);
    EXPECT_NEAR(noise(-90.0) / none, 0.0, 1e-9);
}

TEST(Devices, AcHasTheResponseOfALowPass) {
    constexpr double amplitude = 200.0, offset = 100.03, frequency = 50.0, phase = 30.0;
    constexpr int period = 200;  // steps
    const Trace trace = run(driven(3, "ac_generator",
                                   {{"amplitude", amplitude},
                                    {"offset", offset},
                                    {"frequency", frequency},
                                    {"phase", phase}},
                                   {{"interval", h}}, {.weight = 1.5, .delay = 2.0}),
                            600.0);
    const auto turn = [&](double steps) {
        return std::polar(1.0, 2.0 * std::numbers::pi * steps / period);
    };
    // The last period: V = mean + Im(response e^(i omega t)).
    std::complex<double> got = 0.0;
    double mean = 0.0;
    for (std::size_t f = trace.times.size() - period; f < trace.times.size(); ++f) {
        const double v = trace.values[f * trace.nodes];
        mean += v / period;
        got += 2.0 / period * v * std::conj(turn(trace.times[f] / h));
    }
    got *= std::complex<double>(0.0, 1.0);  // of the sine
    // What holds from step s on acts in the step that ends at s + 1 + delay.
    const std::complex<double> expected = 1.5 * amplitude * response *
                                          std::polar(1.0, phase * std::numbers::pi / 180.0) *
                                          turn(-20.0) / (turn(1.0) - decay);
    EXPECT_NEAR(mean, rest + 1.5 * offset * tau / capacity, 1e-9);
    EXPECT_NEAR(std::abs(got - expected), 0.0, 1e-9);
}

/// Delays, off-grid times and the window to the step and to the bit.
TEST(Devices, StepCurrentChangesAtItsTimes) {
    const std::vector<double> times{0.1, 3.0, 5.02, 8.4}, values{100.0, -50.0, 75.0, 20.0};
    constexpr double delay = 1.3, start = 1.0, stop = 9.0;
    NetworkDescription d = driven(2, "step_current_generator",
                                  {{"amplitude_times", times},
                                   {"amplitude_values", values},
                                   {"allow_offgrid_times", true},
                                   {"origin", 0.5},
                                   {"start", start},
                                   {"stop", stop}},
                                  {{"interval", h}}, {.weight = 1.0, .delay = delay});
    const Trace trace = run(d, 15.0);
    const std::vector<Step> changes{1, 30, 51, 84};  // 5.02 counts from the end of its step
    double v = rest;
    for (std::size_t f = 0; f < trace.times.size(); ++f) {
        const Step sent = static_cast<Step>(f) + 1 - to_steps(delay, h);  // the end of its step
        double current = 0.0;
        for (std::size_t i = 0; i < changes.size(); ++i)
            if (changes[i] < sent) current = values[i];
        if (sent <= 15 || sent > 95) current = 0.0;
        v = rest + (v - rest) * decay + current * response;
        EXPECT_EQ(trace.values[f * 2 + 1], v) << trace.times[f];
    }
}

/// NEST's generators of currents first send in the step that begins at 0, which neurons use one
/// step later than a spike sent then.
TEST(Devices, CurrentsFromZeroActAsInNest) {
    const Trace trace = run(driven(1, "dc_generator", {{"amplitude", 250.0}}, {{"interval", h}},
                                   {.weight = 1.0, .delay = 0.1}),
                            1.0);
    EXPECT_EQ(trace.values[0], rest);
    EXPECT_EQ(trace.values[1], rest);
    EXPECT_EQ(trace.values[2], rest + 250.0 * response);
}

TEST(Devices, InhomogeneousPoissonCountsByInterval) {
    NetworkDescription d;
    d.resolution = h;
    d.population("N", "parrot_neuron", 400);
    d.device("device", "inhomogeneous_poisson_generator",
             {{"rate_times", std::vector<double>{10.0, 40.0, 70.0, 100.0}},
              {"rate_values", std::vector<double>{50.0, 0.0, 150.0, 20.0}},
              {"stop", 160.0}});
    d.connect("device", {"N"}, all_to_all(), {.weight = 1.0, .delay = 1.0});
    d.recorder("spikes", "spike_recorder", {"N"});
    Simulation simulation(world(), d, test::on_threads(test::threads()));
    simulation.run(200.0);
    std::vector<double> counts(5, 0.0);
    const std::vector<double> expected{0.0, 600.0, 0.0, 1800.0, 480.0};
    for (const double time : simulation.spikes("spikes", "N").times) {
        const double sent = time - 1.0;
        EXPECT_GE(sent, 10.0 - 1e-9);
        EXPECT_LE(sent, 160.0 + 1e-9);
        ++counts[sent < 10.0 - 1e-9    ? 0
                 : sent < 40.0 - 1e-9  ? 1
                 : sent < 70.0 - 1e-9  ? 2
                 : sent < 100.0 - 1e-9 ? 3
                                       : 4];
    }
    for (std::size_t i = 0; i < counts.size(); ++i)
        EXPECT_NEAR(counts[i], expected[i], 4.9 * std::sqrt(expected[i])) << i;
}

/// All devices, several connections and delays of each.
NetworkDescription all_devices() {
    NetworkDescription d;
    d.resolution = h;
    d.seed = 99;
    d.population("E", "iaf_psc_exp", 47, {{"V_m", uniform(-70.0, -55.0)}});
    d.population("I", "iaf_psc_delta", 5);
    const std::vector<double> times{5.0, 20.3, 70.0};
    d.device("dc", "dc_generator", {{"amplitude", 100.0}, {"start", 3.0}});
    d.device("ac", "ac_generator",
             {{"amplitude", 150.0}, {"frequency", 23.0}, {"phase", 40.0}, {"start", 11.0}});
    d.device("steps", "step_current_generator",
             {{"amplitude_times", times},
              {"amplitude_values", std::vector<double>{120.0, -30.0, 200.0}}});
    d.device("noise", "noise_generator",
             {{"mean", 150.0},
              {"std", 300.0},
              {"std_mod", 100.0},
              {"frequency", 40.0},
              {"dt", 0.7},
              {"start", 2.0}});
    d.device("rates", "inhomogeneous_poisson_generator",
             {{"rate_times", times}, {"rate_values", std::vector<double>{3000.0, 0.0, 8000.0}}});
    for (const char* current : {"dc", "ac", "steps", "noise"}) {
        d.connect(current, {"E", "I"}, all_to_all(),
                  {.weight = normal(1.0, 0.2), .delay = uniform(0.1, 4.0)});
        d.connect(current, {"E"}, fixed_indegree(2), {.weight = 0.5, .delay = 1.0});
    }
    d.connect("rates", {"E", "I"}, all_to_all(), {.weight = 1.0, .delay = uniform(0.1, 2.0)});
    d.connect("rates", {"E"}, all_to_all(), {.weight = 20.0, .delay = 1.0});
    d.connect("E", {"I"}, fixed_indegree(3), {.weight = 1.0, .delay = 1.5});
    d.recorder("spikes", "spike_recorder", {"E", "I"});
    d.recorder("meter", "voltmeter", {"E", "I"}, {{"interval", 0.3}, {"offset", 1.1}});
    return d;
}

const test::Observed golden{
    {"V_m of E", "837137701c79fcb4 (47)"},        {"V_m of I", "040eec31456538bd (5)"},
    {"samples of E", "d71feaea2955b9a1 (19056)"}, {"samples of I", "aaec3995891a31a5 (2382)"},
    {"spikes of E", "b660ee1b5f25bbd6 (1184)"},   {"spikes of I", "0662efb7c0e1a47f (168)"},
};

TEST(Devices, HaveTheSameBitsOnEveryLayoutHoweverARunIsCut) {
    const std::vector<std::string> populations{"E", "I"};
    for (const auto& pieces : std::vector<std::vector<int>>{{1200}, {1, 7, 340, 3}}) {
        Simulation simulation(world(), all_devices(), test::on_threads(test::threads()));
        test::run_in_pieces(simulation, 1200, pieces, h);
        auto got = test::observe_state(simulation, "V_m", populations);
        got.merge(test::observe_spikes(simulation, "spikes", populations));
        got.merge(test::observe_samples(simulation, "meter", "V_m", populations));
        test::expect_same(golden, got, "the network of all devices");
    }
}

}  // namespace
}  // namespace engram
