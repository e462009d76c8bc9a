// SPDX-License-Identifier: Apache-2.0
#include "network/differences.hpp"

#include <functional>

#include "network/canonical.hpp"
#include "engram_test.hpp"

namespace engram {
namespace {

using Change = std::function<void(NetworkDescription&)>;
using Lines = std::vector<std::string>;

NetworkDescription network() {
    NetworkDescription n;
    n.copy_model("stdp_synapse_hom", "e_syn", {{"Wmax", 2.0}});
    n.population("E", "iaf_psc_delta", 2000, {{"V_m", normal(-65.0, 5.0)}, {"tau_m", 20.0}});
    n.population("I", "iaf_psc_delta", 500);
    n.device("drive", "poisson_generator", {{"rate", 800.0}});
    n.connect("E", {"E", "I"}, fixed_indegree(200), {.model = "e_syn", .weight = 1.0});
    n.connect("drive", {"E"}, all_to_all());
    n.recorder("spikes", "spike_recorder", {"E"});
    return n;
}

/// A checkpoint of the network differs by these lines from the changed network.
void expect_differences(const Change& change, const Lines& lines) {
    NetworkDescription changed = network();
    change(changed);
    EXPECT_EQ(differences(network(), changed), lines);
    EXPECT_EQ(dynamics_text(network()) == dynamics_text(changed), lines.empty());
    EXPECT_EQ(differences(changed, network()).size(), lines.size());
}

TEST(Differences, AreNoneWhereTheDynamicsAreTheSame) {
    expect_differences([](auto&) {}, {});
    expect_differences(
        [](auto& n) {
            n.duration = 5.0;
            n.recorders.clear();
            n.checkpoints.every = "10min";
            n.populations[0].line = 7;
            n.projections[0].synapse.delay = 1.0;  // the default
            n = parse_network(network_toml(n), "net.toml");
        },
        {});
}

TEST(Differences, NameValues) {
    expect_differences([](auto& n) { n.seed = 2; },
                       {"simulation: seed = 1 in the checkpoint, 2 in the description"});
    expect_differences(
        [](auto& n) {
            n.weight_precision = "single";
            n.populations[0].size = 2001;
            n.populations[0].parameters["tau_m"] = 10.0;
        },
        {"simulation: weight_precision = double in the checkpoint, single in the description",
         "population 'E': size = 2000 in the checkpoint, 2001 in the description",
         "population 'E': tau_m = 20 in the checkpoint, 10 in the description"});
    expect_differences(
        [](auto& n) { n.synapse_models[0].copy_of = "static_synapse"; },
        {"synapse model 'e_syn': copy_of = stdp_synapse_hom in the checkpoint, static_synapse in "
         "the description"});
}

TEST(Differences, NameWhatIsNotSet) {
    expect_differences(
        [](auto& n) {
            n.populations[0].parameters.erase("tau_m");
            n.devices[0].parameters["start"] = 5.0;
        },
        {"population 'E': tau_m = 20 in the checkpoint, not set in the description",
         "device 'drive': start is not set in the checkpoint, 5 in the description"});
}

TEST(Differences, NameEachProjection) {
    expect_differences(
        [](auto& n) { n.projections[0].rule = fixed_indegree(100); },
        {"projection 'E_to_E': rule = fixed_indegree(indegree = 200) in the checkpoint, "
         "fixed_indegree(indegree = 100) in the description",
         "projection 'E_to_I': rule = fixed_indegree(indegree = 200) in the checkpoint, "
         "fixed_indegree(indegree = 100) in the description"});
    expect_differences(
        [](auto& n) { n.synapse_models[0].parameters["delay"] = 2.0; },
        {"synapse model 'e_syn': delay is not set in the checkpoint, 2 in the description",
         "projection 'E_to_E': delay = 1 in the checkpoint, 2 in the description",
         "projection 'E_to_I': delay = 1 in the checkpoint, 2 in the description"});
}

TEST(Differences, NamePartsOfOneSide) {
    expect_differences(
        [](auto& n) {
            n.devices[0].name = "noise";
            n.projections[1].name = "drive_to_E";
            n.population("X", "parrot_neuron", 1);
        },
        {"device 'drive': only in the checkpoint", "population 'X': only in the description",
         "device 'noise': only in the description"});
    expect_differences([](auto& n) { n.projections.pop_back(); },
                       {"projection 'drive_to_E': only in the checkpoint"});
}

TEST(Differences, NameTheOrderOnceForEachKind) {
    expect_differences(
        [](auto& n) { std::swap(n.populations[0], n.populations[1]); },
        {"population 'E': stands before 'I' in the checkpoint, after it in the description"});
    expect_differences(
        [](auto& n) {
            std::swap(n.projections[0], n.projections[1]);
            n.populations.insert(n.populations.begin(), {"X", "parrot_neuron", 1, {}, 0});
        },
        {"population 'X': only in the description",
         "projection 'E_to_E': stands before 'drive_to_E' in the checkpoint, after it in the "
         "description"});
}

/// The network cannot grow into the changed one for these reasons.
void expect_obstacles(const Change& change, const Lines& lines) {
    NetworkDescription changed = network();
    change(changed);
    EXPECT_EQ(obstacles_to_growth(network(), changed), lines);
}

TEST(ObstaclesToGrowth, AreNoneForWhatIsAddedAtTheEnds) {
    expect_obstacles([](auto&) {}, {});
    expect_obstacles(
        [](auto& n) {
            n.population("late", "iaf_psc_delta", 3);
            n.connect("E", {"late"}, all_to_all());
            n.connect("drive", {"E"}, all_to_all(), {}, "once_more");
            n.recorders[0].from = {"late", "E"};
            // Whose order decides nothing.
            n.synapse_models.insert(n.synapse_models.begin(), {"first", "stdp_synapse", {}});
            n.devices.insert(n.devices.begin(), {"second", "dc_generator", {}});
            n.recorders.insert(n.recorders.begin(), {"third", "voltmeter", {"I"}, {}});
        },
        {});
}

TEST(ObstaclesToGrowth, AreNamed) {
    expect_obstacles(
        [](auto& n) {
            n.synapse_models[0].parameters["Wmax"] = 3.0;
            n.devices.clear();
            n.recorders[0].from = {"I"};
        },
        {"synapse model 'e_syn': Wmax = 2 in the running network, 3 in the description",
         "device 'drive': only in the running network",
         "recorder 'spikes': from = E in the running network, I in the description"});
    expect_obstacles(
        [](auto& n) {
            std::swap(n.populations[0], n.populations[1]);
            n.projections.insert(n.projections.begin() + 1, n.projections[0]);
            n.projections[1].name = "between";
            n.projections[1].target = {"E"};
        },
        {"population 'E': stands before 'I' in the running network, after it in the description",
         "projection 'between': is new, and stands before 'drive_to_E' in the description"});
}

}  // namespace
}  // namespace engram
