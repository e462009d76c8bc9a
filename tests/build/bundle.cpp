// SPDX-License-Identifier: Apache-2.0
// Projections that share columns: which do, and that nothing else shows it.
#include "build/bundle.hpp"

#include "build/build.hpp"
#include "engram_test.hpp"
#include "simulation/observed.hpp"

namespace engram {
namespace {

using test::Observed;
using test::world;

/// One or two receptors, a population of one neuron, and targets that are not in the order of the
/// projections.
NetworkDescription populations() {
    NetworkDescription d;
    d.seed = 5;
    d.population("A", "iaf_psc_delta", 70, {{"V_m", normal(-60.0, 5.0)}});
    d.population("B", "iaf_psc_exp", 41, {{"V_m", normal(-60.0, 5.0)}});
    d.population("single", "iaf_psc_delta", 1);
    d.population("P", "parrot_neuron", 9);
    d.device("noise", "poisson_generator", {{"rate", 9000.0}});
    d.connect("noise", {"A"}, all_to_all(), {.weight = 1.0});
    d.connect("noise", {"B"}, all_to_all(), {.weight = 150.0});
    return d;
}

NetworkDescription sharing() {
    NetworkDescription d = populations();
    const Value delay = uniform(0.5, 4.0);
    d.connect("A", {"B", "single", "A"}, fixed_indegree(30),
              {.weight = normal(0.1, 0.3), .delay = delay});
    d.connect("B", {"A"}, fixed_total_number(900), {.weight = 0.2, .delay = delay});
    d.connect("B", {"B"}, fixed_indegree(9), {.weight = -0.2, .delay = delay});
    d.connect("B", {"single"}, all_to_all(), {.weight = 0.2});
    d.connect("B", {"P"}, fixed_indegree(2), {"stdp_synapse_hom", 0.2, delay});
    d.connect("single", {"A"}, all_to_all(), {.weight = 1.5});
    d.connect("single", {"single"}, all_to_all(), {.weight = normal(0.0, 1.0)});
    d.connect("P", {"A"}, fixed_indegree(3), {.weight = 0.3, .delay = delay});
    d.connect("P", {"B"}, fixed_indegree(3), {.weight = 0.3, .delay = delay});
    d.connect("P", {"A"}, fixed_indegree(2), {.weight = 0.3, .delay = delay});
    d.recorder("spikes", "spike_recorder", {"A", "B", "single", "P"});
    return d;
}

/// The same, but with two more projections, without synapses, between any two populations.
NetworkDescription apart() {
    NetworkDescription d = sharing();
    for (const char* source : {"A", "B", "single", "P"})
        for (const char* target : {"A", "B", "single", "P"})
            for (int i = 0; i < 2; ++i) d.connect(source, {target}, fixed_total_number(0));
    return d;
}

std::vector<std::vector<std::string>> bundles(const NetworkDescription& description) {
    const Registry registry = builtin_models();
    const Network network = resolve(description, registry);
    const Partition partition({70, 41, 1, 9}, world().size(), test::threads());
    const RankState state = build::build(world(), network, registry, partition, {});
    std::vector<std::vector<std::string>> result;
    for (const auto& columns : state.vps.front().synapses.columns) {
        auto& names = result.emplace_back();
        for (const std::size_t p : columns.projections)
            names.push_back(network.projections[p].name);
    }
    return result;
}

TEST(Bundle, SharesOneSourceAndOneKindOfWeight) {
    const std::vector<std::vector<std::string>> expected{{"A_to_A", "A_to_B", "A_to_single"},
                                                         {"B_to_A", "B_to_single"},
                                                         {"B_to_B"},
                                                         {"B_to_P"},
                                                         {"single_to_A"},
                                                         {"single_to_single"},
                                                         {"P_to_A"},
                                                         {"P_to_B"},
                                                         {"P_to_A_2"}};
    EXPECT_EQ(bundles(sharing()), expected);
    for (const auto& bundle : bundles(apart())) EXPECT_EQ(bundle.size(), 1u);
}

Observed observe(Simulation& simulation) {
    Observed result = test::observe_synapses(simulation);
    std::erase_if(result, [](const auto& entry) { return entry.second.ends_with(" (0)"); });
    result.merge(test::observe_state(simulation, "V_m", {"A", "B", "single"}));
    result.merge(test::observe_spikes(simulation, "spikes", {"A", "B", "single", "P"}));
    return result;
}

/// Neither bits nor files tell who shared, with single weights as with double ones.
TEST(Bundle, ShowsNowhereElse) {
    for (const char* precision : {"double", "single"}) {
        NetworkDescription shared = sharing(), alone = apart();
        shared.weight_precision = alone.weight_precision = precision;
        Simulation a(world(), shared, test::on_threads(test::threads()));
        Simulation b(world(), alone, test::on_threads(test::threads()));
        a.run(400.0);
        b.run(400.0);
        const Observed observed = observe(a);
        EXPECT_EQ(observed, observe(b));
        EXPECT_EQ(observed.size(), 12u + 3u + 4u);
        EXPECT_FALSE(observed.at("spikes of A").ends_with(" (0)"));

        const auto path = (test::temporary_folder() / "network.h5").string();
        a.store(path);
        Simulation c(world(), shared, test::on_threads(test::threads(), path));
        EXPECT_EQ(test::observe_synapses(c), test::observe_synapses(a));
        c.run(200.0);
        EXPECT_FALSE(observe(c).at("spikes of A").ends_with(" (0)"));
    }
}

}  // namespace
}  // namespace engram
