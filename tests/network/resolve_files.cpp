// SPDX-License-Identifier: Apache-2.0
#include "network/resolve_files.hpp"

#include "resolve_checks.hpp"

namespace engram {
namespace {

using test::array;
using test::Change;
using test::sound;

Network resolved(const NetworkDescription& d) { return resolve(d, builtin_models()); }

/// The sound network with this change has a problem that begins so.
void expect_problem(const Change& change, const std::string& expected) {
    NetworkDescription d = sound();
    change(d);
    EXPECT_ERROR(resolved(d), "1 problem\n", expected);
}

Change edges(const Parameters& parameters, const Synapse& synapse = {}) {
    return [=](NetworkDescription& d) {
        Rule rule;
        rule.name = "sonata_edges";
        rule.parameters = parameters;
        d.connect("E", {"I"}, rule, synapse, "p");
    };
}

Change population(const std::string& model, const Parameters& parameters) {
    return [=](NetworkDescription& d) { d.population("x", model, 3, parameters); };
}

TEST(ResolveFiles, TakesEdges) {
    auto d = sound();
    edges({{"file", "a.h5"}, {"population", "e"}, {"types", array({1, 7})}},
          {.weight = 2.0, .delay = 3.0})(d);
    const auto p = resolved(d).projections.back();
    ASSERT_NE(p.edges, nullptr);
    EXPECT_EQ(p.edges->file, "a.h5");
    EXPECT_EQ(p.edges->population, "e");
    EXPECT_EQ(p.edges->types, (std::vector<std::uint64_t>{1, 7}));
    EXPECT_EQ(p.weight, Value(2.0));
    EXPECT_EQ(
        parse_network(network_toml(d), "n.toml").projections.back().rule.parameters.at("types"),
        Value(array({1, 7})));
}

TEST(ResolveFiles, ChecksEdges) {
    expect_problem(edges({{"file", "a"}}),
                   "projection 'p': sonata_edges: population is missing. Name the population of "
                   "the edges");
    expect_problem(edges({{"file", 1.0}, {"population", "e"}}),
                   "projection 'p': sonata_edges: file = 1 (must be a text). Write it in quotes");
    expect_problem(edges({{"file", "a"}, {"population", "e"}, {"type", 1.0}}),
                   "projection 'p': sonata_edges: unknown parameter 'type'. Did you mean 'types'?");
    for (const auto& types : {array({2, 1}), array({1.5}), array({-1})})
        expect_problem(edges({{"file", "a"}, {"population", "e"}, {"types", types}}),
                       "projection 'p': sonata_edges: types (must be an array of whole numbers "
                       "that ascend). Sort them");
    expect_problem(edges({{"file", "a"}, {"population", "e"}}, {.weight = uniform(0, 1)}),
                   "projection 'p': weight must be one number (edges that the file gives none get "
                   "it). Set a constant");
}

TEST(ResolveFiles, TakesNodeIdsAndSpikes) {
    auto d = sound();
    population("spike_source", {{"spike_file", std::vector<std::string>{"a", "b"}},
                                {"sonata_population", "lgn"},
                                {"node_ids", array({2, 3, 9})}})(d);
    const auto p = resolved(d).populations.back();
    EXPECT_EQ(p.spike_files, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(p.sonata_population, "lgn");
    EXPECT_EQ(p.node_ids, (std::vector<std::uint64_t>{2, 3, 9}));
    EXPECT_TRUE(p.values.empty());
    EXPECT_EQ(resolved(sound()).populations.front().sonata_population, "E");
}

TEST(ResolveFiles, ChecksNodeIdsAndSpikes) {
    expect_problem(population("spike_source", {{"node_ids", array({1, 2})}}),
                   "population 'x': node_ids has 2 values (the population has 3 neurons). Give one "
                   "for each");
    expect_problem(population("spike_source", {{"spike_file", 2.0}}),
                   "population 'x': spike_file = 2 (must be a text). Write it in quotes");
    expect_problem(population("parrot_neuron", {{"spike_file", "a"}}),
                   "population 'x': unknown parameter 'spike_file' of parrot_neuron. Known are "
                   "tau_minus");
}

TEST(ResolveFiles, ChecksSampledNeurons) {
    const auto meter = [](const std::vector<std::string>& from, const Value& neurons) -> Change {
        return [=](NetworkDescription& d) {
            d.recorder("m", "multimeter", from, {{"neurons", neurons}});
        };
    };
    expect_problem(meter({"E"}, array({0, 1e6})), "recorder 'm': neurons: 1000000 ('E' has");
    expect_problem(meter({"E", "I"}, array({0})),
                   "recorder 'm': neurons (stands beside several populations). Record from one "
                   "population");
}

}  // namespace
}  // namespace engram
