// SPDX-License-Identifier: Apache-2.0
// Spike trains, V_m, weights and samples have the same bits on every layout and however a run is cut into
// calls: on 1 to 4 ranks with 1, 2 and 4 threads, against tables that stand here.
#include <algorithm>

#include "engram_test.hpp"
#include "simulation/observed.hpp"

namespace engram {
namespace {

using test::Observed;
using test::world;

constexpr double resolution = 0.1;
constexpr int steps = 3000;

struct Variant {
    double min_delay;  ///< ms
    const char* weight_precision;
};

/// Plastic and static synapses, delays from min_delay to 30 ms, weights of both signs; populations of 60, 15, 3
/// and 1, so that most virtual processes own nothing of the last two; everything random is random.
NetworkDescription network(const Variant& variant) {
    NetworkDescription d;
    d.resolution = resolution;
    d.seed = 2718281828;
    d.weight_precision = variant.weight_precision;
    d.population("E", "iaf_psc_delta", 60,
                 {{"V_m", normal(-65.0, 5.0)}, {"t_ref", uniform(1.0, 3.0)}, {"tau_minus", 17.0}});
    d.population("I", "iaf_psc_delta", 15, {{"V_m", normal(-65.0, 5.0)}});
    d.population("parrots", "parrot_neuron", 3);
    d.population("single", "iaf_psc_delta", 1, {{"refractory_input", true}});
    d.copy_model("stdp_synapse_hom", "learning", {{"Wmax", 4.0}, {"lambda", 0.05}});
    d.copy_model("stdp_synapse_hom", "falling", {{"Wmax", -5.0}, {"mu_plus", 0.3}, {"mu_minus", 0.0}});
    d.device("noise", "poisson_generator", {{"rate", 900.0}});
    d.device("stimulus", "spike_generator",
             {{"spike_times", std::vector<double>{0.1, 3.0, 3.1, 50.0, 50.0, 120.7, 299.0}},
              {"spike_weights", std::vector<double>{1, 2, 1, 0.5, 3, 1, 1}}});

    const Value delays = uniform(variant.min_delay, 30.0);
    const Value weights = redraw(normal(2.0, 1.0), 0.0, 4.0);
    d.connect("E", {"E", "I"}, fixed_indegree(10, false), {"learning", weights, delays});
    d.connect("I", {"E", "I"}, fixed_indegree(4, false, false), {"falling", uniform(-5.0, -1.0), 1.5});
    d.connect("E", {"single"}, fixed_indegree(20), {.weight = lognormal(0.0, 0.5), .delay = delays});
    d.connect("single", {"E"}, all_to_all(), {.weight = 0.7, .delay = 30.0});
    d.connect("E", {"parrots"}, fixed_indegree(1), {.delay = delays, .receptor_type = 0});
    d.connect("I", {"parrots"}, all_to_all(), {.delay = 2.0, .receptor_type = 1});
    d.connect("parrots", {"parrots"}, one_to_one(), {.delay = 20.0});
    d.connect("parrots", {"E", "single"}, all_to_all(), {.weight = uniform(-1.0, 3.0), .delay = delays});
    d.connect("noise", {"E", "single"}, all_to_all(), {.weight = 1.2, .delay = 1.0});
    d.connect("noise", {"I"}, all_to_all(), {.weight = uniform(0.5, 2.0), .delay = delays});
    d.connect("stimulus", {"parrots", "I"}, all_to_all(), {.weight = 5.0, .delay = delays});
    d.recorder("spikes", "spike_recorder", {"E", "I", "parrots", "single"});
    d.recorder("voltage", "multimeter", {"single", "E"},
               {{"interval", 0.7}, {"start", 10.0}, {"record_from", std::vector<std::string>{"V_m"}}});
    return d;
}

/// Collective. Everything the network of `variant` leaves when it runs in these pieces.
Observed observe(const Variant& variant, int threads, const std::vector<int>& pieces) {
    Simulation simulation(world(), network(variant), {.threads = threads});
    test::run_in_pieces(simulation, steps, pieces, resolution);
    EXPECT_DOUBLE_EQ(simulation.time(), steps * resolution);
    Observed result = test::observe_state(
        simulation, {{"E", "V_m"}, {"I", "V_m"}, {"single", "V_m"}, {"single", "refractory_sum"}});
    result.merge(test::observe_spikes(simulation, "spikes", {"E", "I", "parrots", "single"}));
    for (const char* population : {"E", "single"}) {
        const Trace trace = simulation.trace("voltage", population, "V_m");
        result[std::string("samples of ") + population] = test::fingerprint(trace.values);
        result[std::string("sample times of ") + population] = test::fingerprint(trace.times);
    }
    return result;
}

const std::vector<int> at_once{steps};

struct Golden {
    Variant variant;
    Observed observed;
};

/// What must come out everywhere, on any processor. When a change of the results is meant, take the new tables from
/// the output of `test_simulation_layouts --gtest_filter='*Golden*'` on one rank, and say so in CHANGELOG.md.
const Golden& golden(std::size_t which) {
    static const std::vector<Golden> tables{
#include "simulation/layouts_golden.inc"
    };
    return tables.at(which);
}
constexpr std::size_t variants = 3;

class Layouts : public testing::TestWithParam<int> {};

TEST_P(Layouts, GoldenResults) {
    for (std::size_t v = 0; v < variants; ++v) {
        const Observed observed = observe(golden(v).variant, GetParam(), at_once);
        EXPECT_EQ(observed, golden(v).observed) << "variant " << v << ":\n" << test::as_source(observed);
    }
}

INSTANTIATE_TEST_SUITE_P(Threads, Layouts, testing::Values(1, 2, 4),
                         [](const auto& p) { return std::to_string(p.param); });

}  // namespace
}  // namespace engram
