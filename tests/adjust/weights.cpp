// SPDX-License-Identifier: Apache-2.0
// Weights that are set between two calls of run(): they are delivered, stored and continued, the
// same on every layout.
#include <algorithm>
#include <limits>

#include "engram/simulation.hpp"

#include "engram_test.hpp"

namespace engram {
namespace {

using test::world;

/// Two projections share columns of one constant weight; one learns; one has a weight for each
/// synapse.
NetworkDescription network() {
    NetworkDescription d;
    d.seed = 5;
    d.population("E", "iaf_psc_delta", 40, {{"I_e", uniform(380.0, 480.0)}});
    d.population("I", "iaf_psc_exp", 7);
    d.population("R", "iaf_psc_delta", 11);
    d.copy_model("stdp_synapse_hom", "learning", {{"Wmax", 2.0}});
    d.connect("E", {"E"}, fixed_indegree(5), {.model = "learning", .weight = 1.0, .delay = 1.0});
    d.connect("E", {"I"}, fixed_indegree(5), {.weight = 0.5, .delay = 1.0});
    d.connect("E", {"R"}, fixed_indegree(5), {.weight = 0.5, .delay = 1.5});
    d.connect("I", {"R"}, fixed_indegree(3), {.weight = uniform(-2.0, -1.0), .delay = 1.0});
    d.recorder("spikes", "spike_recorder", {"E", "R"});
    return d;
}

RunOptions options() { return {.threads = test::threads()}; }

std::vector<double> counted(std::size_t size, double first, double step) {
    std::vector<double> values(size);
    for (std::size_t i = 0; i < size; ++i) values[i] = first + step * static_cast<double>(i);
    return values;
}

TEST(AdjustWeights, AreReadBackForEveryKindOfColumns) {
    Simulation simulation(world(), network(), options());
    for (const auto& [projection, first] :
         {std::pair{"E_to_E", 0.5}, {"E_to_I", 0.25}, {"E_to_R", 0.75}, {"I_to_R", -9.0}}) {
        const auto weights =
            counted(simulation.connections(projection).weight.size(), first, 0.005);
        simulation.set_weights(projection, weights);
        EXPECT_EQ(simulation.connections(projection).weight, weights) << projection;
    }
    // Columns are shared: the others kept theirs.
    EXPECT_EQ(simulation.connections("E_to_I").weight.front(), 0.25);
    simulation.set_weights("E_to_R", {3.0});
    EXPECT_EQ(simulation.connections("E_to_R").weight, std::vector<double>(55, 3.0));
    EXPECT_EQ(simulation.connections("E_to_I").weight.front(), 0.25);
}

TEST(AdjustWeights, OneForAllOfAConstantWeight) {
    NetworkDescription d = network();
    d.projections.resize(2);
    Simulation simulation(world(), d, options());
    simulation.set_weights("E_to_I", {7.0});
    EXPECT_EQ(simulation.connections("E_to_I").weight, std::vector<double>(35, 7.0));
}

TEST(AdjustWeights, GiveWhatTheSameWeightsInTheDescriptionGive) {
    NetworkDescription described = network();
    Simulation adjusted(world(), described, options());
    const ConnectionList list = adjusted.connections("E_to_R");
    const auto weights = counted(list.weight.size(), 10.0, 0.5);
    adjusted.set_weights("E_to_R", weights);
    adjusted.run(200.0);
    described.projections[2].rule = explicit_list({list.source, list.target, weights, {}});
    described.projections[2].synapse.weight.reset();
    Simulation expected(world(), described, options());
    expected.run(200.0);
    EXPECT_EQ(adjusted.spikes("spikes", "R").times, expected.spikes("spikes", "R").times);
    EXPECT_EQ(adjusted.spikes("spikes", "R").nodes, expected.spikes("spikes", "R").nodes);
    EXPECT_FALSE(expected.spikes("spikes", "R").times.empty());
    EXPECT_EQ(adjusted.state("R", "V_m"), expected.state("R", "V_m"));
}

TEST(AdjustWeights, AreContinuedFromACheckpoint) {
    const std::string path = test::temporary_folder() / "checkpoint.h5";
    Simulation simulation(world(), network(), options());
    simulation.run(50.0);
    simulation.set_weights("E_to_R", counted(55, 10.0, 0.5));
    simulation.run(50.0);
    simulation.checkpoint(path);
    simulation.run(50.0);
    Simulation resumed(world(), network(), {.threads = 3 - test::threads(), .resume_from = path});
    resumed.run(50.0);
    EXPECT_EQ(resumed.state("R", "V_m"), simulation.state("R", "V_m"));
    EXPECT_EQ(resumed.connections("E_to_R"), simulation.connections("E_to_R"));
    EXPECT_EQ(resumed.connections("E_to_E"), simulation.connections("E_to_E"));
}

TEST(AdjustWeights, LocalConnectionsAreTheParts) {
    Simulation simulation(world(), network(), options());
    const ConnectionList all = simulation.connections("E_to_I");
    const ConnectionList local = simulation.local_connections("E_to_I");
    const auto at =
        std::search(all.target.begin(), all.target.end(), local.target.begin(), local.target.end());
    ASSERT_TRUE(local.target.empty() || at != all.target.end());
    const auto begin = at - all.target.begin();
    for (std::size_t i = 0; i < local.target.size(); ++i) {
        EXPECT_EQ(local.source[i], all.source[static_cast<std::size_t>(begin) + i]);
        EXPECT_EQ(local.delay[i], 1.0);
    }
    EXPECT_EQ(local.target.size(), local.weight.size());
    EXPECT_LE(local.target.size(), all.target.size());
    EXPECT_EQ(world().size() == 1, local == all);
}

TEST(AdjustWeights, TellWhatIsWrong) {
    Simulation simulation(world(), network(), options());
    EXPECT_ERROR(simulation.set_weights("E_to_X", {1.0}), "E_to_X", "Did you mean");
    EXPECT_ERROR(simulation.set_weights("E_to_R", {1.0, 2.0}), "2 weights", "55 synapses");
    EXPECT_ERROR(simulation.set_weights("E_to_E", {2.5}), "weight[0] = 2.5", "Wmax");
    EXPECT_ERROR(simulation.set_weights("E_to_R", {std::numeric_limits<double>::quiet_NaN()}),
                 "must be finite");
    // iaf_psc_exp has an input for each sign.
    EXPECT_ERROR(simulation.set_weights("E_to_I", {-1.0}), "receptor 0");
    std::vector<double> weights(55, 1.0);
    weights[54] = std::numeric_limits<double>::infinity();
    EXPECT_ERROR(simulation.set_weights("E_to_R", weights), "weight[54] = inf");
    EXPECT_EQ(simulation.connections("E_to_R").weight,
              std::vector<double>(55, 0.5));  // nothing changed
}

}  // namespace
}  // namespace engram
