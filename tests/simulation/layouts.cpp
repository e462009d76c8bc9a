// SPDX-License-Identifier: Apache-2.0
// Spikes, V_m, samples and synapses have the same bits on every layout and however a run is cut:
// each layout is compared with tables that stand here.
#include "engram_test.hpp"
#include "simulation/observed.hpp"

namespace engram {
namespace {

using test::Observed;
using test::world;

constexpr double resolution = 0.1;
constexpr int steps = 3000;
const std::vector<int> at_once{steps};

struct Variant {
    std::string name;
    double min_delay;  ///< ms
    std::string weight_precision;
};

/// Plastic and static synapses of both signs, delays from min_delay to 30 ms, everything random;
/// populations of 3 and 1, of which most virtual processes own nothing.
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
    d.copy_model("stdp_synapse_hom", "rising", {{"Wmax", 4.0}, {"lambda", 0.05}});
    d.copy_model("stdp_synapse_hom", "falling",
                 {{"Wmax", -5.0}, {"mu_plus", 0.3}, {"mu_minus", 0.0}});
    d.device("noise", "poisson_generator", {{"rate", 600.0}});
    d.device("stimulus", "spike_generator",
             {{"spike_times", std::vector<double>{0.1, 3.0, 3.1, 50.0, 50.0, 120.7, 299.0}},
              {"spike_weights", std::vector<double>{1, 2, 1, 0.5, 3, 1, 1}}});

    const Value delay = uniform(variant.min_delay, 30.0);
    const Value weight = redraw(normal(2.0, 1.0), 0.0, 4.0);
    const auto fixed = [](std::uint64_t indegree) {
        return fixed_indegree(indegree, false, false);
    };
    d.connect("E", {"E", "I"}, fixed_indegree(10), {"rising", weight, delay});
    d.connect("I", {"E", "I"}, fixed(4), {"falling", uniform(-5.0, -1.0), 1.5});
    // Many spikes of one step arrive together: their order matters to the last bit.
    for (const char* source : {"E", "I"})
        d.connect(source, {"E", "I"}, all_to_all(), {.weight = normal(0.0, 0.3), .delay = 2.0});
    d.connect("stimulus", {"E", "I"}, all_to_all(), {.weight = 30.0, .delay = 1.5});
    d.connect("E", {"single"}, fixed(20), {.weight = lognormal(0.0, 0.5), .delay = delay});
    d.connect("single", {"E"}, all_to_all(), {.weight = 0.7, .delay = 30.0});
    d.connect("E", {"parrots"}, fixed(1), {.delay = delay, .receptor_type = 0});
    d.connect("I", {"parrots"}, all_to_all(), {.delay = 2.0, .receptor_type = 1});
    d.connect("parrots", {"parrots"}, one_to_one(), {.delay = 20.0});
    d.connect("parrots", {"E", "single"}, all_to_all(),
              {.weight = uniform(-1.0, 3.0), .delay = delay});
    d.connect("noise", {"E", "single"}, all_to_all(), {.weight = 1.2, .delay = 1.0});
    d.connect("noise", {"I"}, all_to_all(), {.weight = uniform(0.5, 2.0), .delay = delay});
    d.connect("stimulus", {"parrots", "I"}, all_to_all(), {.weight = 5.0, .delay = delay});
    d.recorder("spikes", "spike_recorder", {"E", "I", "parrots", "single"});
    d.recorder("meter", "multimeter", {"single", "E"}, {{"interval", 0.7}, {"start", 10.0}});
    return d;
}

/// Collective. Everything the network leaves when it runs in these pieces.
Observed observe(const Variant& variant, int threads, const std::vector<int>& pieces) {
    Simulation simulation(world(), network(variant), test::on_threads(threads));
    test::run_in_pieces(simulation, steps, pieces, resolution);
    Observed result = test::observe_synapses(simulation);
    result.merge(test::observe_state(simulation, "V_m", {"E", "I", "single"}));
    result.merge(test::observe_spikes(simulation, "spikes", {"E", "I", "parrots", "single"}));
    result.merge(test::observe_samples(simulation, "meter", "V_m", {"E", "single"}));
    return result;
}

/// A variant, and what it must leave everywhere, on any processor. When the results are meant to
/// change, the new tables are what the failing test prints; CHANGELOG.md then says so.
struct Golden {
    Variant variant;
    Observed observed;
};

const std::vector<Golden> golden{
    {{"short delays", 0.1, "double"},
     {
         {"V_m of E", "db8f567b34f33d32 (60)"},
         {"V_m of I", "108283f8c073f283 (15)"},
         {"V_m of single", "616da14497984e6f (1)"},
         {"samples of E", "d5409bd3623efc2a (25254)"},
         {"samples of single", "8bc876a61f30c372 (828)"},
         {"spikes of E", "2c0c460b5c56e628 (6832)"},
         {"spikes of I", "d1d992c549ce5c62 (1154)"},
         {"spikes of parrots", "686d2648553f1259 (1936)"},
         {"spikes of single", "699da576e574e7f2 (208)"},
         {"synapses E_to_E", "3d0f0399d5b09580 (2400)"},
         {"synapses E_to_E_2", "d81a237f0c815378 (14400)"},
         {"synapses E_to_I", "259b76a0ccc76690 (600)"},
         {"synapses E_to_I_2", "053194c736fa620d (3600)"},
         {"synapses E_to_parrots", "9f625f162a2c13bb (12)"},
         {"synapses E_to_single", "0156bb905687910a (80)"},
         {"synapses I_to_E", "aa3245a4b7dec5fa (960)"},
         {"synapses I_to_E_2", "11cd04693061350e (3600)"},
         {"synapses I_to_I", "e6609b173b7107cf (240)"},
         {"synapses I_to_I_2", "27a210e7033de98e (900)"},
         {"synapses I_to_parrots", "2a584c68aeca170e (180)"},
         {"synapses parrots_to_E", "b19d9f331d4278d5 (720)"},
         {"synapses parrots_to_parrots", "0da0c8541b39d8c5 (12)"},
         {"synapses parrots_to_single", "670b8a0e31b8b065 (12)"},
         {"synapses single_to_E", "b74e889435de4571 (240)"},
     }},
    {{"long delays", 1.5, "double"},
     {
         {"V_m of E", "abecd616b10fea40 (60)"},
         {"V_m of I", "6aa57a46fd3c75a2 (15)"},
         {"V_m of single", "616da14497984e6f (1)"},
         {"samples of E", "5bff516567564c4c (25254)"},
         {"samples of single", "3908ab7ae875453b (828)"},
         {"spikes of E", "f904bfa217b76da3 (6802)"},
         {"spikes of I", "3193f1ff06806edf (1150)"},
         {"spikes of parrots", "beb448959170824c (1904)"},
         {"spikes of single", "be5beb1b268eebb7 (206)"},
         {"synapses E_to_E", "7d248f7cf0b1fd19 (2400)"},
         {"synapses E_to_E_2", "d81a237f0c815378 (14400)"},
         {"synapses E_to_I", "c1f8459aa14b2283 (600)"},
         {"synapses E_to_I_2", "053194c736fa620d (3600)"},
         {"synapses E_to_parrots", "d4ce64cdcf53ae34 (12)"},
         {"synapses E_to_single", "b2cacd2b9abb4ec9 (80)"},
         {"synapses I_to_E", "c5526889371ad5e3 (960)"},
         {"synapses I_to_E_2", "11cd04693061350e (3600)"},
         {"synapses I_to_I", "a015362d61bb5b70 (240)"},
         {"synapses I_to_I_2", "27a210e7033de98e (900)"},
         {"synapses I_to_parrots", "2a584c68aeca170e (180)"},
         {"synapses parrots_to_E", "5f52f7361063ba48 (720)"},
         {"synapses parrots_to_parrots", "0da0c8541b39d8c5 (12)"},
         {"synapses parrots_to_single", "6338c5e400201f38 (12)"},
         {"synapses single_to_E", "b74e889435de4571 (240)"},
     }},
    {{"single precision", 1.5, "single"},
     {
         {"V_m of E", "59ae317d953e0105 (60)"},
         {"V_m of I", "39a6ac82f65a8880 (15)"},
         {"V_m of single", "616da14497984e6f (1)"},
         {"samples of E", "89d4ab6aa18b18a3 (25254)"},
         {"samples of single", "cfb103289b8eedf6 (828)"},
         {"spikes of E", "f904bfa217b76da3 (6802)"},
         {"spikes of I", "3193f1ff06806edf (1150)"},
         {"spikes of parrots", "beb448959170824c (1904)"},
         {"spikes of single", "be5beb1b268eebb7 (206)"},
         {"synapses E_to_E", "8b29b34354245d33 (2400)"},
         {"synapses E_to_E_2", "1cb1c07b974234c4 (14400)"},
         {"synapses E_to_I", "beb8c2e1fae16030 (600)"},
         {"synapses E_to_I_2", "f69e84dfb8fdf4bc (3600)"},
         {"synapses E_to_parrots", "d4ce64cdcf53ae34 (12)"},
         {"synapses E_to_single", "2bc7cfbf08bf8947 (80)"},
         {"synapses I_to_E", "2a6d2f21fefeab4f (960)"},
         {"synapses I_to_E_2", "2bd43e9cc76652bf (3600)"},
         {"synapses I_to_I", "cb954f1b2d8f3b20 (240)"},
         {"synapses I_to_I_2", "5ce9e8bfd56537d3 (900)"},
         {"synapses I_to_parrots", "2a584c68aeca170e (180)"},
         {"synapses parrots_to_E", "c427e584350e0fa7 (720)"},
         {"synapses parrots_to_parrots", "0da0c8541b39d8c5 (12)"},
         {"synapses parrots_to_single", "71f450f56b5337c0 (12)"},
         {"synapses single_to_E", "029fd776e733ae6d (240)"},
     }},
};

void expect_golden(const Golden& g, int threads, const std::vector<int>& pieces) {
    test::expect_same(
        g.observed, observe(g.variant, threads, pieces),
        fmt::format("'{}' on {} ranks x {} threads", g.variant.name, world().size(), threads));
}

TEST(Layouts, GiveTheGoldenBits) {
    for (const auto& g : golden)
        for (const int threads : {1, 2, 4}) expect_golden(g, threads, at_once);
}

TEST(Layouts, CutRunsGiveTheGoldenBits) {
    for (const int threads : {1, 2}) {
        expect_golden(golden[0], threads, {1, 1, 2, 299, 7, 1, 40});
        expect_golden(golden[1], threads, {1, 13, 15, 16, 1, 150, 30, 2});
        expect_golden(golden[2], threads, {14, 1, 17, 333});
    }
}

TEST(Layouts, SingleStepsGiveTheGoldenBits) {
    for (const auto& g : golden) expect_golden(g, 2, {1});
}

}  // namespace
}  // namespace engram
