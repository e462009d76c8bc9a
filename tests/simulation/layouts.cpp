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
    const auto fixed = [](std::uint64_t indegree) { return fixed_indegree(indegree, false, false); };
    d.connect("E", {"E", "I"}, fixed_indegree(10), {"rising", weight, delay});
    d.connect("I", {"E", "I"}, fixed(4), {"falling", uniform(-5.0, -1.0), 1.5});
    d.connect("E", {"single"}, fixed(20), {.weight = lognormal(0.0, 0.5), .delay = delay});
    d.connect("single", {"E"}, all_to_all(), {.weight = 0.7, .delay = 30.0});
    d.connect("E", {"parrots"}, fixed(1), {.delay = delay, .receptor_type = 0});
    d.connect("I", {"parrots"}, all_to_all(), {.delay = 2.0, .receptor_type = 1});
    d.connect("parrots", {"parrots"}, one_to_one(), {.delay = 20.0});
    d.connect("parrots", {"E", "single"}, all_to_all(), {.weight = uniform(-1.0, 3.0), .delay = delay});
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
      {"V_m of E", "6ab31701dfc62807 (60)"},
      {"V_m of I", "99e294d0d92ed6ba (15)"},
      {"V_m of single", "b723cae697e79b38 (1)"},
      {"samples of E", "2f642c319ea13fd9 (25254)"},
      {"samples of single", "e04113db72f4209e (828)"},
      {"spikes of E", "5d818e404bde5594 (4588)"},
      {"spikes of I", "d02499362921031e (724)"},
      {"spikes of parrots", "3dd785fb1a6ab8f8 (1244)"},
      {"spikes of single", "319b0cabe93496fc (138)"},
      {"synapses E_to_E", "9ac73e1f5216695a (2400)"},
      {"synapses E_to_I", "02970be439a94d71 (600)"},
      {"synapses E_to_parrots", "926b5f40da0f9d52 (12)"},
      {"synapses E_to_single", "69fc200e7157e2b0 (80)"},
      {"synapses I_to_E", "7ded3adbfe67e4a7 (960)"},
      {"synapses I_to_I", "a93077da2597ffeb (240)"},
      {"synapses I_to_parrots", "2a584c68aeca170e (180)"},
      {"synapses parrots_to_E", "c158f1748bdd9cad (720)"},
      {"synapses parrots_to_parrots", "0da0c8541b39d8c5 (12)"},
      {"synapses parrots_to_single", "4737250ace85e81d (12)"},
      {"synapses single_to_E", "b74e889435de4571 (240)"},
     }},
    {{"long delays", 1.5, "double"},
     {
      {"V_m of E", "062b18139d0d3249 (60)"},
      {"V_m of I", "1218a11f893ee40a (15)"},
      {"V_m of single", "616da14497984e6f (1)"},
      {"samples of E", "e56559f268954d5a (25254)"},
      {"samples of single", "7b2e6618aab994b8 (828)"},
      {"spikes of E", "093cb248631efebb (4286)"},
      {"spikes of I", "f90ba933bfeb6a93 (684)"},
      {"spikes of parrots", "607df260cfb20a61 (1154)"},
      {"spikes of single", "f1b34dc42f4715fd (124)"},
      {"synapses E_to_E", "dd5ae2cfef18992e (2400)"},
      {"synapses E_to_I", "6bf8d5d815a09ba3 (600)"},
      {"synapses E_to_parrots", "b0b71b055841b64f (12)"},
      {"synapses E_to_single", "b443c0b6e61be2a9 (80)"},
      {"synapses I_to_E", "612ac61830fc3299 (960)"},
      {"synapses I_to_I", "9ff3e7799135307d (240)"},
      {"synapses I_to_parrots", "2a584c68aeca170e (180)"},
      {"synapses parrots_to_E", "d01e3c7a2b0152f1 (720)"},
      {"synapses parrots_to_parrots", "0da0c8541b39d8c5 (12)"},
      {"synapses parrots_to_single", "ca0b1a1bb13244b1 (12)"},
      {"synapses single_to_E", "b74e889435de4571 (240)"},
     }},
    {{"single precision", 1.5, "single"},
     {
      {"V_m of E", "e1a8ca9449a2ede1 (60)"},
      {"V_m of I", "ce05d69f41baf8fb (15)"},
      {"V_m of single", "616da14497984e6f (1)"},
      {"samples of E", "1df35e476242a83c (25254)"},
      {"samples of single", "5f6b3bd0f47ed571 (828)"},
      {"spikes of E", "093cb248631efebb (4286)"},
      {"spikes of I", "f90ba933bfeb6a93 (684)"},
      {"spikes of parrots", "607df260cfb20a61 (1154)"},
      {"spikes of single", "f1b34dc42f4715fd (124)"},
      {"synapses E_to_E", "04a51edac0f05d41 (2400)"},
      {"synapses E_to_I", "9c59581e81b484aa (600)"},
      {"synapses E_to_parrots", "b0b71b055841b64f (12)"},
      {"synapses E_to_single", "8296b398adb173cc (80)"},
      {"synapses I_to_E", "f6b19e4565ac80dd (960)"},
      {"synapses I_to_I", "6ad91a80555d18f5 (240)"},
      {"synapses I_to_parrots", "2a584c68aeca170e (180)"},
      {"synapses parrots_to_E", "6716389f55824d51 (720)"},
      {"synapses parrots_to_parrots", "0da0c8541b39d8c5 (12)"},
      {"synapses parrots_to_single", "e878e0a00b45ace2 (12)"},
      {"synapses single_to_E", "029fd776e733ae6d (240)"},
     }},
};

void expect_golden(const Golden& g, int threads, const std::vector<int>& pieces) {
    test::expect_same(g.observed, observe(g.variant, threads, pieces),
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
