// SPDX-License-Identifier: Apache-2.0
// Every synapse model in a recurrent network: the same bits on every layout, however the run is
// cut, and after a network was stored on one layout and restored on another.
#include <algorithm>

#include "models/registry.hpp"
#include "checkpoint/layouts.hpp"
#include "simulation/observed.hpp"

namespace engram {
namespace {

namespace fs = std::filesystem;
using test::Layout;

const std::vector<std::string> populations{"E", "I", "one"};

/// Recurrent, with random delays and weights, several synapses of one pair, and constant weights.
NetworkDescription network_of(const ModelInfo& synapse, const std::string& precision) {
    NetworkDescription d;
    d.seed = 77;
    d.weight_precision = precision;
    d.population("E", "iaf_psc_delta", 60, {{"V_m", normal(-65.0, 5.0)}});
    d.population("I", "iaf_psc_delta", 15, {{"V_m", normal(-65.0, 5.0)}});
    d.population("one", "parrot_neuron", 1);
    Parameters parameters;
    if (synapse.parameter("Wmax") != nullptr) parameters["Wmax"] = 2.0;
    if (synapse.parameter("p_transmit") != nullptr) parameters["p_transmit"] = 0.6;
    if (synapse.parameter("tau_rec") != nullptr) parameters["tau_rec"] = 60.0;
    if (synapse.parameter("tau_fac") != nullptr) parameters["tau_fac"] = 90.0;
    if (synapse.parameter("Aplus") != nullptr) parameters["Aplus"] = 0.01;
    d.copy_model(synapse.name, "syn", parameters);
    d.device("drive", "poisson_generator", {{"rate", 900.0}});
    d.connect("E", {"E", "I"}, fixed_indegree(12), {"syn", uniform(0.2, 1.8), uniform(1.5, 9.0)});
    d.connect("I", {"E", "I"}, fixed_indegree(5), {.weight = -2.0, .delay = 1.5});
    d.connect("one", {"E"}, fixed_indegree(7), {"syn", 0.2, 3.0});
    d.connect("drive", populations, all_to_all(), {.weight = 1.0, .delay = 1.0});
    d.recorder("spikes", "spike_recorder", populations);
    return d;
}

test::Observed observe(Simulation& simulation) {
    test::Observed result = test::observe_synapses(simulation);
    result.merge(test::observe_state(simulation, "V_m", {"E", "I"}));
    result.merge(test::observe_spikes(simulation, "spikes", populations));
    return result;
}

/// Collective. What 600 steps from the network in `restore`, or from the beginning, leave on the
/// first rank.
test::Observed run(const NetworkDescription& network, const Layout& layout,
                   const std::vector<int>& pieces, const fs::path& restore, const fs::path& store) {
    test::Observed result;
    test::on_ranks(layout.ranks, [&](const Communicator& comm) {
        Simulation simulation(comm, network, test::on_threads(layout.threads, restore.string()));
        test::run_in_pieces(simulation, 600, pieces, network.resolution);
        const test::Observed observed = observe(simulation);
        if (comm.rank() == 0) result = observed;
        if (!store.empty()) simulation.store(store.string());
    });
    return result;
}

struct Experiment {
    std::string synapse, precision;
};

std::vector<Experiment> experiments() {
    std::vector<Experiment> result;
    for (const auto& name : builtin_models().names(ModelKind::synapse)) {
        result.push_back({name, "double"});
        result.push_back({name, "single"});
    }
    return result;
}

class Synapses : public testing::TestWithParam<Experiment> {};

TEST_P(Synapses, GiveTheSameBitsOnEveryLayout) {
    const Registry registry = builtin_models();
    const auto network =
        network_of(*registry.find(ModelKind::synapse, GetParam().synapse), GetParam().precision);
    const fs::path file = test::temporary_folder() / "network.h5";
    const auto whole = run(network, {1, 1}, {1 << 30}, {}, file);
    const auto restored = run(network, {1, 1}, {1 << 30}, file, {});
    for (const Layout& layout : {Layout{1, 2}, Layout{2, 1}, Layout{3, 2}})
        test::expect_same(whole, run(network, layout, {3, 7, 130}, {}, {}), layout.text());
    for (const Layout& layout : {Layout{2, 2}, Layout{3, 1}})
        test::expect_same(restored, run(network, layout, {1 << 30}, file, {}),
                          "restored on " + layout.text());
    if (test::world().rank() != 0) return;
    EXPECT_NE(whole, restored);
    EXPECT_FALSE(whole.at("spikes of E").ends_with("(0)"));
}

INSTANTIATE_TEST_SUITE_P(Models, Synapses, testing::ValuesIn(experiments()), [](const auto& test) {
    return test.param.synapse + "_" + test.param.precision;
});

}  // namespace
}  // namespace engram
