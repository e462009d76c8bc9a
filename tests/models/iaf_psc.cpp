// SPDX-License-Identifier: Apache-2.0
// The exactly integrated neurons in a network, against closed forms: responses to one spike, to a
// constant current, intervals between spikes; and that no delay elsewhere changes any neuron.
#include <algorithm>
#include <cmath>
#include <functional>

#include "models/registry.hpp"
#include "engram_test.hpp"
#include "simulation/observed.hpp"

namespace engram {
namespace {

constexpr double h = 0.1, rest = -70.0, tau_m = 10.0, capacity = 250.0, tau_ex = 1.7, tau_in = 3.1;

RunOptions options() { return test::on_threads(test::threads()); }

/// V_m of one neuron at the end of steps 1, 2, ...
std::vector<double> potential(NetworkDescription d, double duration) {
    d.recorder("meter", "multimeter", {"N"}, {{"interval", h}});
    Simulation simulation(test::world(), d, options());
    simulation.run(duration);
    const Trace trace = simulation.trace("meter", "N", "V_m");
    std::vector<double> values;
    for (std::size_t i = 0; i < trace.times.size(); ++i)
        values.push_back(trace.values[i * trace.nodes]);
    return values;
}

/// mV of a time in ms after the arrival of a spike.
using Response = std::function<double(double)>;

struct Model {
    const char* name;
    double weight, tau_syn;
    Response response;
};

std::vector<Model> models(bool excitatory) {
    const double tau = excitatory ? tau_ex : tau_in, sign = excitatory ? 1.0 : -1.0;
    const double beta = 1.0 / tau - 1.0 / tau_m, weight = sign * 40.0;
    return {{"iaf_psc_delta", sign * 0.7, 0.0,
             [=](double t) { return sign * 0.7 * std::exp(-t / tau_m); }},
            {"iaf_psc_exp", weight, tau,
             [=](double t) {
                 return weight / capacity / beta * (std::exp(-t / tau_m) - std::exp(-t / tau));
             }},
            {"iaf_psc_alpha", weight, tau, [=](double t) {
                 const double fast = std::exp(-t / tau);
                 return weight * std::exp(1.0) / tau / capacity *
                        ((std::exp(-t / tau_m) - fast) / (beta * beta) - t * fast / beta);
             }}};
}

/// The response to a spike of 3 ms that arrives after a delay, and where it is largest.
void expect_response(const Model& m, double delay) {
    NetworkDescription d;
    d.population("N", m.name, 1);
    if (m.tau_syn > 0.0)
        d.populations[0].parameters = {{"tau_syn_ex", tau_ex}, {"tau_syn_in", tau_in}};
    d.device("spike", "spike_generator", {{"spike_times", std::vector<double>{3.0}}});
    d.connect("spike", {"N"}, all_to_all(), {.weight = m.weight, .delay = delay});
    const std::vector<double> V = potential(d, 40.0);
    std::size_t peak = 0, expected_peak = 0;
    double largest = 0.0;
    for (std::size_t i = 0; i < V.size(); ++i) {
        const double t = static_cast<double>(i + 1) * h - 3.0 - delay;
        const double expected = t < -1e-9 ? 0.0 : m.response(std::max(t, 0.0));
        ASSERT_NEAR(V[i] - rest, expected, 1e-11) << m.name << ", " << t << " ms after arrival";
        if (std::abs(V[i] - rest) > std::abs(V[peak] - rest)) peak = i;
        if (std::abs(expected) > largest) largest = std::abs(expected), expected_peak = i;
    }
    EXPECT_EQ(peak, expected_peak) << m.name;
    EXPECT_GT(largest, 0.1) << m.name;
}

TEST(IafPsc, RespondsToASpike) {
    for (const bool excitatory : {true, false})
        for (const Model& m : models(excitatory))
            for (const double delay : {0.1, 1.5}) expect_response(m, delay);
}

/// The peak of an exponential current's response, which has a closed form itself.
TEST(IafPsc, PeaksWhereTheClosedFormSays) {
    const Model exponential = models(true)[1];
    const double at = std::log(tau_m / tau_ex) * tau_m * tau_ex / (tau_m - tau_ex);
    for (const double apart : {-0.2, 0.2})
        EXPECT_GT(exponential.response(at), exponential.response(at + apart));
}

TEST(IafPsc, RelaxesToAConstantCurrent) {
    for (const Model& m : models(true)) {
        NetworkDescription d;
        d.population("N", m.name, 1, {{"I_e", 200.0}, {"V_m", -75.0}});
        const std::vector<double> V = potential(d, 100.0);
        const double end = rest + 200.0 * tau_m / capacity;
        for (std::size_t i = 0; i < V.size(); ++i)
            ASSERT_NEAR(V[i],
                        end + (-75.0 - end) * std::exp(-static_cast<double>(i + 1) * h / tau_m),
                        1e-10)
                << m.name;
    }
}

/// Between two spikes are the refractory time, rounded up to steps, and the way up.
TEST(IafPsc, SpikesAtIntervalsOfTheClosedForm) {
    for (const Model& m : models(true))
        for (const double t_ref : {2.0, 0.34, 0.1}) {
            NetworkDescription d;
            d.population("N", m.name, 1, {{"I_e", 500.0}, {"t_ref", t_ref}});
            d.recorder("spikes", "spike_recorder", {"N"});
            Simulation simulation(test::world(), d, options());
            simulation.run(200.0);
            const auto times = simulation.spikes("spikes", "N").times;
            const double end = rest + 500.0 * tau_m / capacity;
            const double rise = std::ceil(tau_m * std::log((rest - end) / (-55.0 - end)) / h);
            const double held = std::ceil(t_ref / h - 1e-9);
            ASSERT_GT(times.size(), 10u);
            for (std::size_t i = 0; i < times.size(); ++i) {
                const double expected = (static_cast<double>(i + 1) * (rise + held) - held) * h;
                ASSERT_NEAR(times[i], expected, 1e-9) << m.name << ", t_ref " << t_ref;
            }
        }
}

/// A network of one model, in which spikes are exchanged every `silent` ms because of a projection
/// whose source is silent.
NetworkDescription network_of(const ModelInfo& model, double silent) {
    NetworkDescription d;
    d.seed = 77;
    const double unit = model.input_unit == "pA" ? 150.0 : model.input_unit == "nS" ? 10.0 : 1.0;
    d.population("N", model.name, 17);
    d.population("silent", "parrot_neuron", 2);
    d.device("drive", "poisson_generator", {{"rate", 4000.0}});
    d.connect("drive", {"N"}, all_to_all(), {.weight = 1.5 * unit, .delay = 1.2});
    d.connect("N", {"N"}, fixed_indegree(5),
              {"stdp_synapse_hom", uniform(0.1 * unit, unit), uniform(1.2, 4.0)});
    d.connect("silent", {"silent"}, all_to_all(), {.weight = 1.0, .delay = silent});
    d.recorder("spikes", "spike_recorder", {"N"});
    if (model.state("V_m") != nullptr) d.recorder("meter", "multimeter", {"N"}, {{"interval", h}});
    d.copy_model("stdp_synapse_hom", "wide", {{"Wmax", 1000.0}});
    d.projections[1].synapse.model = "wide";
    return d;
}

TEST(Neurons, DoNotDependOnTheShortestDelay) {
    const Registry registry = builtin_models();
    for (const auto& name : registry.names(ModelKind::neuron)) {
        const ModelInfo& model = *registry.find(ModelKind::neuron, name);
        if (model.spikes_from_files) continue;
        test::Observed first;
        for (const double silent : {0.1, 0.7, 1.2}) {
            Simulation simulation(test::world(), network_of(model, silent), options());
            simulation.run(100.0);
            EXPECT_GT(simulation.spikes("spikes", "N").times.size(), 10u) << name;
            test::Observed observed = test::observe_spikes(simulation, "spikes", {"N"});
            if (model.state("V_m") != nullptr)
                observed.merge(test::observe_samples(simulation, "meter", "V_m", {"N"}));
            if (first.empty()) first = observed;
            test::expect_same(first, observed, fmt::format("{} with {} ms", name, silent));
        }
    }
}

}  // namespace
}  // namespace engram
