// SPDX-License-Identifier: Apache-2.0
#include "network/canonical.hpp"

#include <cmath>

#include "engram_test.hpp"

namespace engram {
namespace {

constexpr auto einetwork = R"(
    [simulation]
    resolution = 0.1
    seed = 1
    duration = 1000.0
    [synapse_models.e_syn]
    copy_of = "stdp_synapse_hom"
    Wmax = 2.0
    [synapse_models.i_syn]
    copy_of = "static_synapse"
    [populations.E]
    model = "iaf_psc_delta"
    size = 2000
    V_m = { normal = { mean = -65.0, std = 5.0 } }
    [populations.I]
    model = "iaf_psc_delta"
    size = 500
    V_m = { normal = { mean = -65.0, std = 5.0 } }
    [devices.drive]
    model = "poisson_generator"
    rate = 800.0
    [[projections]]
    source = "E"
    target = ["E", "I"]
    rule = { fixed_indegree = { indegree = 200 } }
    synapse_model = "e_syn"
    weight = 1.0
    delay = 1.0
    [[projections]]
    source = "I"
    target = ["E", "I"]
    rule = { fixed_indegree = { indegree = 50 } }
    synapse_model = "i_syn"
    weight = -4
    delay = 1.0
    [[projections]]
    source = "drive"
    target = ["E", "I"]
    rule = "all_to_all"
    weight = 1.0
    delay = 1.0
    [recorders.spikes]
    model = "spike_recorder"
    from = "E"
)";

NetworkDescription in_cpp() {
    NetworkDescription n;
    n.copy_model("stdp_synapse_hom", "e_syn", {{"Wmax", 2.0}});
    n.copy_model("static_synapse", "i_syn");
    const Parameters neurons{{"V_m", normal(-65.0, 5.0)}};
    const auto e = n.population("E", "iaf_psc_delta", 2000, neurons);
    const auto i = n.population("I", "iaf_psc_delta", 500, neurons);
    const auto drive = n.device("drive", "poisson_generator", {{"rate", 800.0}});
    n.connect(e, {e, i}, fixed_indegree(200), {.model = "e_syn", .weight = 1.0, .delay = 1.0});
    n.connect(i, {e, i}, fixed_indegree(50), {.model = "i_syn", .weight = -4.0, .delay = 1.0});
    n.connect(drive, {e, i}, all_to_all(), {.weight = 1.0, .delay = 1.0});
    n.recorder("spikes", "spike_recorder", {e});
    return n;
}

TEST(Canonical, IsTheSameFromTomlAndCpp) {
    EXPECT_EQ(canonical_text(parse_network(einetwork, "net.toml")), canonical_text(in_cpp()));
}

TEST(Canonical, ReadsAsText) {
    NetworkDescription n;
    n.population("E", "iaf_psc_delta", 2,
                 {{"V_m", std::vector{0.1, -60.0}}, {"refractory_input", true}});
    n.connect("E", {"E"}, fixed_indegree(1, false), {.weight = normal(1.0, 0.5)});
    n.recorder("m", "multimeter", {"E"}, {{"interval", 0.5}});
    EXPECT_EQ(canonical_text(n),
              R"(simulation
    resolution = 0.1
    seed = 1
    weight_precision = double
population 'E'
    model = iaf_psc_delta
    size = 2
    V_m = [0.1, -60]
    refractory_input = true
projection 'E_to_E'
    source = E
    target = E
    rule = fixed_indegree(allow_autapses = false, indegree = 1)
    synapse_model = static_synapse
    weight = normal(mean = 1, std = 0.5)
    delay = 1
recorder 'm'
    model = multimeter
    from = E
    interval = 0.5
)");
}

TEST(Canonical, LeavesOutWhatDefinesNoNetwork) {
    auto other = in_cpp();
    other.duration = 5.0;
    other.checkpoints.every = "10min";
    other.origin = "elsewhere.toml";
    other.populations[0].line = 7;
    other.populations[0].parameters["V_m"].line = 8;
    EXPECT_EQ(canonical_text(other), canonical_text(in_cpp()));
}

TEST(Canonical, TellsDefaultsFromCopiesNotFromWhereTheyStand) {
    auto other = in_cpp();
    other.synapse_models[0].parameters["weight"] = 3.0;
    auto same = other;
    other.projections[0].synapse.weight = {};
    same.projections[0].synapse.weight = 3.0;
    EXPECT_EQ(canonical_text(other), canonical_text(same));
    same.projections[2].synapse = {};
    EXPECT_EQ(canonical_text(other), canonical_text(same));
}

TEST(Canonical, DiffersWhereTheNetworkDoes) {
    const std::string text = canonical_text(in_cpp());
    const auto differs = [&](const auto& change) {
        auto other = in_cpp();
        change(other);
        EXPECT_NE(canonical_text(other), text);
    };
    differs([](auto& n) { n.seed = 2; });
    differs([](auto& n) { n.resolution = 0.05; });
    differs([](auto& n) { n.weight_precision = "single"; });
    differs([](auto& n) { n.populations[0].size = 2001; });
    differs([](auto& n) { n.populations[0].model = "parrot_neuron"; });
    differs([](auto& n) {
        n.populations[0].parameters["V_m"] = redraw(normal(-65.0, 5.0), -80.0, 0.0);
    });
    differs([](auto& n) { n.populations[0].parameters["V_m"] = std::nextafter(-65.0, 0.0); });
    differs([](auto& n) { n.synapse_models[0].parameters["Wmax"] = 2.5; });
    differs([](auto& n) { n.devices[0].parameters["rate"] = 801.0; });
    differs([](auto& n) { n.projections[0].rule = fixed_indegree(200, false); });
    differs([](auto& n) { n.projections[0].synapse.receptor_type = 0; });
    differs([](auto& n) { n.projections[0].synapse.delay = 1.1; });
    differs([](auto& n) { n.projections[0].target = {"I", "E"}; });
    differs([](auto& n) { n.recorders[0].from = {"I"}; });
    differs([](auto& n) { std::swap(n.populations[0], n.populations[1]); });
}

TEST(Canonical, ShortensLongArraysWithoutLosingDifferences) {
    NetworkDescription n;
    std::vector<double> values(1000, -65.0);
    n.population("E", "iaf_psc_delta", 1000, {{"V_m", values}});
    const std::string text = canonical_text(n);
    EXPECT_LT(text.size(), 300U);
    values[999] = std::nextafter(-65.0, 0.0);
    n.populations[0].parameters["V_m"] = values;
    EXPECT_NE(canonical_text(n), text);
}

TEST(Canonical, HoldsExplicitLists) {
    const auto text = [](ConnectionList list) {
        NetworkDescription n;
        n.connect("E", {"E"}, explicit_list(std::move(list)));
        return canonical_text(n);
    };
    const std::string reference = text({{0, 1}, {1, 0}, {1.0, 2.0}, {}});
    EXPECT_EQ(text({{0, 1}, {1, 0}, {1.0, 2.0}, {}}), reference);
    EXPECT_NE(text({{0, 1}, {1, 1}, {1.0, 2.0}, {}}), reference);
    EXPECT_NE(text({{0, 1}, {1, 0}, {1.0, 2.5}, {}}), reference);
    EXPECT_NE(text({{0, 1}, {1, 0}, {}, {1.0, 2.0}}), reference);
}

TEST(Dynamics, LeaveOutRecorders) {
    auto other = in_cpp();
    const std::string text = dynamics_text(other), hash = description_hash(other);
    EXPECT_NE(text, canonical_text(other));
    other.recorders.clear();
    EXPECT_EQ(dynamics_text(other), text);
    EXPECT_EQ(canonical_text(other), text);
    EXPECT_EQ(description_hash(other), hash);
    EXPECT_EQ(hash.size(), 32U);
    other.seed = 2;
    EXPECT_NE(dynamics_text(other), text);
    EXPECT_NE(description_hash(other), hash);
}

TEST(Dynamics, HaveAHashThatStays) {
    // What checkpoints hold: a change makes those written before refuse to continue.
    EXPECT_EQ(description_hash(in_cpp()), "64551a485e5c4d66e1b5f5164e819353");
}

}  // namespace
}  // namespace engram
