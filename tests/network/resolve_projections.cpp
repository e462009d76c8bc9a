// SPDX-License-Identifier: Apache-2.0
#include "resolve_checks.hpp"

namespace engram {
namespace {

using test::array;
using test::Change;
using test::expect_problem;
using test::expect_problems;
using test::resolved;
using test::sound;

/// A further projection.
Change connect(const std::string& source, const std::string& target, const Rule& rule,
               const Synapse& synapse = {}) {
    return [=](NetworkDescription& d) { d.connect(source, {target}, rule, synapse, "p"); };
}

TEST(ResolveProjections, ChecksCopies) {
    const auto copy = [](const std::string& of, const Parameters& parameters) {
        return [=](NetworkDescription& d) { d.copy_model(of, "c", parameters); };
    };
    expect_problem(
        copy("", {}),
        "synapse model 'c': copy_of is missing. Known are static_synapse, stdp_synapse_hom");
    expect_problem(copy("stdp_synapse_hm", {}),
                   "synapse model 'c': copy_of = \"stdp_synapse_hm\" (there is no such synapse "
                   "model). Did you mean 'stdp_synapse_hom'?");
    expect_problems(
        [](auto& d) {
            d.copy_model("b", "a");
            d.copy_model("a", "b");
        },
        {"synapse model 'a': copy_of = \"b\" (which is itself a copy of 'a'). Copy a built-in "
         "model",
         "synapse model 'b': copy_of = \"a\" (which is itself a copy of 'b'). Copy a built-in "
         "model"});
    expect_problem(
        copy("e_syn", {{"wmax", 1.0}}),
        "synapse model 'c': unknown parameter 'wmax' of stdp_synapse_hom. Did you mean 'Wmax'?");
    expect_problem(copy("e_syn", {{"lambda", 0.0}}),
                   "synapse model 'c': lambda = 0 (must be positive)");
    expect_problem(
        copy("e_syn", {{"lambda", normal(1, 0)}}),
        "synapse model 'c': lambda must be one constant (it cannot be an array or random here)");
    expect_problem(copy("e_syn", {{"weight", array({1, 2})}}),
                   "synapse model 'c': weight cannot be an array here (a model has no synapses "
                   "yet). Set it in the projection");
    expect_problem(copy("e_syn", {{"delay", 0.0}}),
                   "synapse model 'c': delay = 0 ms (must be from the resolution, 0.1 ms, to 65535 "
                   "steps, 6553.5 ms)");
}

TEST(ResolveProjections, InheritsOverGenerationsOfCopies) {
    auto d = sound();
    d.copy_model("two", "three", {{"lambda", 0.5}});  // before what it copies
    d.copy_model("e_syn", "two", {{"weight", 7.0}, {"delay", 3.0}, {"Wmax", 9.0}});
    d.connect("E", {"I"}, all_to_all(), {.model = "three"}, "inherits");
    d.connect("E", {"I"}, all_to_all(), {.model = "three", .weight = uniform(0, 1)}, "sets");
    const Network n = resolved(d);
    const auto& inherits = n.projections[4];
    EXPECT_EQ(inherits.synapse_model, "three");
    EXPECT_EQ(inherits.base_model, "stdp_synapse_hom");
    EXPECT_EQ(inherits.common, (Numbers{{"Wmax", 9.0}, {"lambda", 0.5}}));
    EXPECT_EQ(inherits.weight, Value(7.0));
    EXPECT_EQ(inherits.delay, Value(3.0));
    EXPECT_EQ(n.projections[5].weight, Value(uniform(0, 1)));
    EXPECT_EQ(n.projections[5].delay, Value(3.0));
}

TEST(ResolveProjections, NamesProjections) {
    auto d = sound();
    d.connect("E", {"I"}, all_to_all(), {}, "E_to_I_2");  // given: stays, wherever it stands
    d.connect("E", {"I"}, all_to_all());
    d.connect("I", {"E", "I"}, all_to_all(), {}, "inh");
    std::vector<std::string> names;
    for (const auto& p : resolved(d).projections) names.push_back(p.name);
    EXPECT_EQ(names, (std::vector<std::string>{"E_to_E", "E_to_I", "drive_to_E", "drive_to_I",
                                               "E_to_I_2", "E_to_I_3", "inh_to_E", "inh_to_I"}));
}

TEST(ResolveProjections, ChecksEndsOfProjections) {
    expect_problem(connect("", "E", all_to_all()),
                   "projection 'p': source is missing. Name a population or a device");
    expect_problem(connect("driv", "E", all_to_all()),
                   "projection 'p': unknown source 'driv'. Did you mean 'drive'?");
    expect_problem(connect("spikes", "E", all_to_all()),
                   "projection 'p': recorder 'spikes' cannot be a source (recorders are not "
                   "connected). Name what "
                   "it records by its from");
    expect_problem(connect("E", "e", all_to_all()),
                   "projection 'p': unknown target 'e'. Did you mean 'E'?");
    expect_problem(connect("E", "drive", all_to_all()),
                   "projection 'p': device 'drive' cannot be a target (it takes no input). Make it "
                   "the source");
    expect_problem(connect("E", "spikes", all_to_all()),
                   "projection 'p': recorder 'spikes' cannot be a target (recorders are not "
                   "connected). Name the "
                   "populations by its from");
    expect_problem([](auto& d) { d.connect("E", {}, all_to_all(), {}, "p"); },
                   "projection 'p': target is missing. Name one or more populations");
    expect_problem(
        [](auto& d) {
            d.connect("E", {"I", "I"}, all_to_all());
        },
        "projection 'E_to_I_2': target 'I' (stands twice). Write a second projection if that is "
        "meant");
}

TEST(ResolveProjections, ChecksRules) {
    const auto rule = [](const Parameters& parameters) {
        Rule r = fixed_indegree(1);
        r.parameters = parameters;
        return connect("E", "I", r);
    };
    expect_problem(
        rule({}),
        "projection 'p': fixed_indegree: indegree is missing (synapses onto each target). Set "
        "it");
    expect_problem(rule({{"indegree", 2.5}}),
                   "projection 'p': fixed_indegree: indegree = 2.5 (must be a whole number)");
    expect_problem(
        rule({{"indegree", 2}, {"allow_multapse", false}}),
        "projection 'p': fixed_indegree: unknown parameter 'allow_multapse' of fixed_indegree. "
        "Did you mean 'allow_multapses'?");
    expect_problem(connect("E", "E", fixed_indegree(5, false, false)),
                   "projection 'p': fixed_indegree: indegree = 5 (only 4 sources are there and "
                   "allow_multapses is false). "
                   "Lower indegree or allow multapses");
    expect_problem(connect("E", "I", one_to_one()),
                   "projection 'p': one_to_one ('E' has 5 neurons, 'I' has 3). Give both one size");
    expect_problem(connect("E", "I", {.name = "explicit_list", .parameters = {}, .list = {}}),
                   "projection 'p': explicit_list: the list is missing. Give arrays source and "
                   "target, or the file of a table");
}

TEST(ResolveProjections, ChecksExplicitLists) {
    const auto list = [](ConnectionList l, const Synapse& s = {}) {
        return connect("E", "I", explicit_list(std::move(l)), s);
    };
    expect_problem(list({{0, 1}, {0}, {}, {}}),
                   "projection 'p': explicit_list: target has 1 values (source has 2). Give one "
                   "for each synapse");
    expect_problem(list({{0, 1}, {0, 1}, {1.0}, {}}),
                   "projection 'p': explicit_list: weight has 1 values (source has 2). Give one "
                   "for each synapse");
    expect_problem(list({{0, 5}, {0, 1}, {}, {}}),
                   "projection 'p': explicit_list: source[1] = 5 ('E' has 5, counted from 0). Name "
                   "one of them");
    expect_problem(list({{0, 1}, {0, 3}, {}, {}}),
                   "projection 'p': explicit_list: target[1] = 3 ('I' has 3, counted from 0). Name "
                   "one of them");
    expect_problem(list({{0}, {0}, {infinity}, {}}),
                   "projection 'p': explicit_list: weight[0] = inf (must be finite)");
    expect_problem(list({{0}, {0}, {}, {0.01}}),
                   "projection 'p': explicit_list: delay[0] = 0.01 ms (must be from the "
                   "resolution, 0.1 ms, to 65535 steps, 6553.5 ms)");
    expect_problem(list({{0}, {0}, {1.0}, {}}, {.weight = 2.0}),
                   "projection 'p': explicit_list: weight (stands in the list and in the "
                   "projection). Remove one");
    expect_problem(
        list({{0, 1}, {0, 1}, {}, {}}, {.weight = array({1})}),
        "projection 'p': weight has 1 values (the list has 2 synapses). Give one for each");
}

TEST(ResolveProjections, ChecksWeightsAndDelays) {
    const auto synapse = [](const Synapse& s) { return connect("E", "I", all_to_all(), s); };
    const std::string range =
        " ms (must be from the resolution, 0.1 ms, to 65535 steps, 6553.5 ms)";
    expect_problem(synapse({.weight = "big"}),
                   "projection 'p': weight = \"big\" (must be a number)");
    expect_problem(synapse({.delay = 0.09}), "projection 'p': delay = 0.09" + range);
    expect_problem(synapse({.delay = 6553.6}), "projection 'p': delay = 6553.6" + range);
    expect_problem(synapse({.delay = normal(1.5, 0.5)}),
                   "projection 'p': delay = normal(mean = 1.5, std = 0.5) (must be from the "
                   "resolution, 0.1 ms, to 65535 "
                   "steps, 6553.5 ms, but can be -3.5 ms). Narrow it, or set min and max, outside "
                   "of which values are "
                   "drawn again (as { normal = { mean = 1.0, std = 0.2, min = 0.1 } })");
    expect_problem(synapse({.weight = array({1, 2})}),
                   "projection 'p': weight is an array (the number of synapses is not known with "
                   "all_to_all). Use "
                   "one_to_one, an explicit_list, or a random value");
    expect_problem(
        connect("E", "E", one_to_one(), {.delay = array({1, 2})}),
        "projection 'p': delay has 2 values (the projection has 5 synapses). Give one for each");
}

TEST(ResolveProjections, RoundsConstantDelaysToSteps) {
    auto d = sound();
    d.connect("E", {"I"}, all_to_all(), {.delay = 0.1}, "least");
    d.connect("E", {"I"}, all_to_all(), {.delay = 1.26}, "off_the_grid");
    d.connect("E", {"I"}, all_to_all(), {.delay = 6553.5}, "most");
    d.connect("E", {"I"}, all_to_all(), {.delay = redraw(normal(1.5, 0.7), 0.1, infinity)},
              "random");
    const Network n = resolved(d);
    EXPECT_EQ(n.projections[4].delay, Value(0.1));
    EXPECT_EQ(n.projections[5].delay, Value(1.3));
    EXPECT_EQ(n.projections[6].delay, Value(6553.5));
}

TEST(ResolveProjections, ChecksReceptors) {
    expect_problem(
        connect("E", "I", all_to_all(), {.receptor_type = 1}),
        "projection 'p': receptor_type = 1 (receptors of iaf_psc_delta: 0 spikes). Choose one "
        "of them");
    expect_problem(
        connect("E", "I", all_to_all(), {.receptor_type = -1}),
        "projection 'p': receptor_type = -1 (receptors of iaf_psc_delta: 0 spikes). Choose one "
        "of them");
    auto d = sound();
    d.population("P", "parrot_neuron", 1);
    d.connect("E", {"P"}, all_to_all(), {.receptor_type = 1}, "p");
    EXPECT_EQ(resolved(d).projections[4].receptor, 1);
}

TEST(ResolveProjections, SendsCurrentsWhereTheyAreTaken) {
    const auto inject = [](const std::string& target, const Synapse& synapse) {
        return [=](NetworkDescription& d) {
            d.population("P", "parrot_neuron", 1);
            d.device("dc", "dc_generator", {{"amplitude", 100.0}});
            d.connect("dc", {target}, all_to_all(), synapse, "p");
        };
    };
    expect_problem(inject("P", {}),
                   "projection 'p': dc_generator injects a current ('P' is of parrot_neuron, which "
                   "takes none). Use a target whose model does, or a generator of spikes");
    expect_problem(inject("E", {.receptor_type = 0}),
                   "projection 'p': receptor_type = 0 (the current of a dc_generator has no "
                   "receptor). Remove it");
    auto d = sound();
    inject("E", {.weight = normal(1.0, 0.1), .delay = 2.0})(d);
    EXPECT_EQ(resolved(d).projections[4].weight, Value(normal(1.0, 0.1)));
}

TEST(ResolveProjections, RefusesPlasticSynapsesFromDevices) {
    expect_problem(connect("drive", "E", all_to_all(), {.model = "e_syn"}),
                   "projection 'p': stdp_synapse_hom is plastic (devices connect by static_synapse "
                   "only). Put a "
                   "population of parrot_neuron between");
}

}  // namespace
}  // namespace engram
