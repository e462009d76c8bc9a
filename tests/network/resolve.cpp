// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include "resolve_checks.hpp"

namespace engram {
namespace {

using test::array;
using test::Change;
using test::expect_problem;
using test::resolved;
using test::sound;

/// A parameter of population E.
Change neuron(const std::string& name, const Value& value) {
    return [=](NetworkDescription& d) { d.populations[0].parameters[name] = value; };
}

TEST(Resolve, FillsInASoundNetwork) {
    const auto registry = test::small_registry();
    const Network n = resolve(sound(), registry);
    EXPECT_EQ(n.neurons(), 8U);
    EXPECT_EQ(n.populations[1].first, 5U);
    EXPECT_EQ(n.populations[0].model, registry.find(ModelKind::neuron, "iaf_psc_delta"));
    EXPECT_EQ(n.populations[0].values.at("tau_m"), Value(20.0));
    EXPECT_EQ(n.devices[0].numbers,
              (Numbers{{"rate", 800.0}, {"origin", 0.0}, {"start", 0.0}, {"stop", infinity}}));
    ASSERT_EQ(n.projections.size(), 4U);
    const auto& p = n.projections[1];
    EXPECT_EQ(p.name, "E_to_I");
    EXPECT_EQ(p.source, 0U);
    EXPECT_EQ(p.target, 1U);
    EXPECT_FALSE(p.device);
    EXPECT_EQ(p.rule, "fixed_indegree");
    EXPECT_EQ(p.rule_numbers,
              (Numbers{{"indegree", 2.0}, {"allow_autapses", 1.0}, {"allow_multapses", 1.0}}));
    EXPECT_EQ(p.synapse_model, "e_syn");
    EXPECT_EQ(p.base_model, "stdp_synapse_hom");
    EXPECT_EQ(p.common, (Numbers{{"Wmax", 2.0}, {"lambda", 0.01}}));
    EXPECT_EQ(p.delay, Value(1.5));
    EXPECT_EQ(n.projections[2].device, 0U);
    EXPECT_EQ(n.projections[2].weight, Value(1.0));
    EXPECT_EQ(n.recorders[0].populations, (std::vector<std::size_t>{0, 1}));
}

TEST(Resolve, ReadsDevicesAndRecorders) {
    auto d = sound();
    d.device("s", "spike_generator",
             {{"spike_times", array({0.1, 0.1, 5.0})}, {"spike_weights", array({1, -2, 3})}});
    d.recorder("m", "multimeter", {"E"}, {{"interval", 0.5}});
    d.recorder("two", "multimeter", {"E"},
               {{"record_from", std::vector<std::string>{"V_m"}}, {"stop", 10}});
    const Network n = resolved(d);
    EXPECT_EQ(n.devices[1].arrays.at("spike_times"), (std::vector<double>{0.1, 0.1, 5.0}));
    EXPECT_EQ(n.devices[1].arrays.at("spike_weights"), (std::vector<double>{1, -2, 3}));
    EXPECT_EQ(n.recorders[1].record_from, std::vector<std::string>{"V_m"});
    EXPECT_EQ(n.recorders[1].numbers.at("interval"), 0.5);
    EXPECT_EQ(n.recorders[2].numbers.at("stop"), 10.0);
}

TEST(Resolve, ChecksTheSimulation) {
    const auto set = [](double resolution) { return [=](auto& d) { d.resolution = resolution; }; };
    expect_problem(set(0.0),
                   "simulation: resolution = 0 ms (must be positive). Set a positive time");
    expect_problem(set(-0.1),
                   "simulation: resolution = -0.1 ms (must be positive). Set a positive time");
    expect_problem(set(std::numeric_limits<double>::quiet_NaN()),
                   "simulation: resolution = nan ms (must be positive). Set a positive time");
    expect_problem(
        set(0.0005),
        "simulation: resolution = 0.0005 ms (must be a multiple of 0.001 ms). Choose a multiple");
    expect_problem(
        [](auto& d) { d.duration = -1.0; },
        "simulation: duration = -1 ms (must be finite and not negative). Set a time from 0 on");
    expect_problem(
        [](auto& d) { d.duration = 10.03; },
        "simulation: duration = 10.03 ms (must be a multiple of the resolution, 0.1 ms). "
        "Choose a multiple");
    expect_problem([](auto& d) { d.weight_precision = "singel"; },
                   "simulation: weight_precision = \"singel\" (must be \"double\" or \"single\"). "
                   "Did you mean 'single'?");
    expect_problem([](auto& d) { d.seed = 1ULL << 63; },
                   "simulation: seed = 9223372036854775808 (must be below 2^63, as network files "
                   "can hold). Choose another");
    EXPECT_ERROR(resolved({}), "the network has no population");
}

TEST(Resolve, ChecksNames) {
    expect_problem([](auto& d) { d.device("I", "poisson_generator"); },
                   "device 'I': the name is taken (by a population). Choose another");
    expect_problem([](auto& d) { d.recorder("drive", "spike_recorder", {"E"}); },
                   "recorder 'drive': the name is taken (by a device). Choose another");
    expect_problem(
        [](auto& d) {
            d.copy_model("stdp_synapse_hom", "static_synapse");
            d.projections.pop_back();
        },
        "synapse model 'static_synapse': the name is taken (by a built-in model). Choose another");
    expect_problem([](auto& d) { d.copy_model("static_synapse", "e_syn"); },
                   "synapse model 'e_syn': the name is taken (by a synapse model). Choose another");
    expect_problem(
        [](auto& d) { d.population("a/b", "iaf_psc_delta", 1); },
        "population 'a/b': the name may hold letters, digits, _ and - only. Choose another");
    expect_problem(
        [](auto& d) {
            d.connect("E", {"E"}, all_to_all(), {}, "p");
            d.connect("E", {"I"}, all_to_all(), {}, "p");
        },
        "projection 'p': the name is taken (by a projection). Choose another");
}

TEST(Resolve, SuggestsModels) {
    expect_problem([](auto& d) { d.populations[0].model = "iaf_psc_detla"; },
                   "population 'E': unknown model 'iaf_psc_detla'. Did you mean 'iaf_psc_delta'?");
    expect_problem([](auto& d) { d.populations[0].model = ""; },
                   "population 'E': model is missing. Known are iaf_psc_delta, parrot_neuron");
    expect_problem(
        [](auto& d) { d.devices[0].model = "poison_generator"; },
        "device 'drive': unknown model 'poison_generator'. Did you mean 'poisson_generator'?");
    expect_problem(
        [](auto& d) { d.recorders[0].model = "spikerecorder"; },
        "recorder 'spikes': unknown model 'spikerecorder'. Did you mean 'spike_recorder'?");
    expect_problem([](auto& d) { d.projections[0].synapse.model = "esyn"; },
                   "projection 'E_to_E': unknown synapse_model 'esyn'. Did you mean 'e_syn'?");
    expect_problem(
        [](auto& d) { d.projections[0].rule.name = "fixed_outdegree"; },
        "projection 'E_to_E': unknown rule 'fixed_outdegree'. Did you mean 'fixed_indegree'?");
}

TEST(Resolve, ChecksParametersOfPopulations) {
    expect_problem([](auto& d) { d.populations[0].size = 0; },
                   "population 'E': size is missing or 0 (must be at least 1). Give the number of "
                   "neurons");
    expect_problem(
        neuron("tau", 1.0),
        "population 'E': unknown parameter 'tau' of iaf_psc_delta. Did you mean 'tau_m'?");
    expect_problem(neuron("tau_m", -10.0), "population 'E': tau_m = -10 ms (must be positive)");
    expect_problem(neuron("tau_m", "long"), "population 'E': tau_m = \"long\" (must be a number)");
    expect_problem(neuron("tau_m", true), "population 'E': tau_m = true (must be a number)");
    expect_problem(neuron("order", 1.5), "population 'E': order = 1.5 (must be a whole number)");
    expect_problem(neuron("order", true), "population 'E': order = true (must be a whole number)");
    expect_problem(neuron("order", -1), "population 'E': order = -1 (must not be negative)");
    expect_problem(neuron("refractory_input", 1),
                   "population 'E': refractory_input = 1 (must be true or false)");
    expect_problem(neuron("V_m", std::numeric_limits<double>::quiet_NaN()),
                   "population 'E': V_m = nan mV (must be a number)");
    expect_problem(neuron("V_m", infinity), "population 'E': V_m = inf mV (must be finite)");
    expect_problem(neuron("V_min", infinity), "population 'E': V_min = inf mV (must be finite)");
}

TEST(Resolve, AllowsInfinityWhereItMeansNoLimit) {
    auto d = sound();
    d.populations[0].parameters["V_min"] = -infinity;
    d.devices[0].parameters["stop"] = infinity;
    EXPECT_NO_THROW(resolved(d));
}

TEST(Resolve, ChecksArraysOfPopulations) {
    expect_problem(
        neuron("V_m", array({1, 2, 3})),
        "population 'E': V_m has 3 values (the population has 5 neurons). Give one for each");
    expect_problem(neuron("tau_m", array({1, 2, 0, 4, -5})),
                   "population 'E': tau_m[2] = 0 ms (must be positive; 1 more are wrong)");
    expect_problem(neuron("order", array({1, 2, 3, 4, 5.5})),
                   "population 'E': order[4] = 5.5 (must be a whole number)");
    expect_problem(neuron("refractory_input", array({1, 0, 2, 0, 1})),
                   "population 'E': refractory_input[2] = 2 (must be 0 or 1)");
    expect_problem(
        neuron("tau_minus", array({20, 20, 20, 20, 20})),
        "population 'E': tau_minus = [20, 20, 20, 20, 20] (must be one constant: plastic "
        "synapses use one for the population). Split the population where it differs");
    expect_problem(neuron("V_m", std::vector<std::string>{"a"}),
                   "population 'E': V_m = [\"a\"] (must be a number)");
}

TEST(Resolve, ChecksDistributions) {
    const auto bad = [](const Random& random, const std::string& text) {
        expect_problem(neuron("V_m", random), "population 'E': V_m = " + text);
    };
    bad(normal(0, -1), "normal(mean = 0, std = -1) (std must not be negative)");
    bad(normal(0, infinity), "normal(mean = 0, std = inf) (its parameters must be finite)");
    bad(uniform(2, 1), "uniform(min = 2, max = 1) (min must not exceed max)");
    bad(lognormal(0, -1), "lognormal(mean = 0, std = -1) (std must not be negative)");
    bad(exponential(0), "exponential(beta = 0) (beta must be positive)");
    bad(redraw(normal(0, 1), 2, 2),
        "normal(mean = 0, std = 1, min = 2, max = 2) (min must be below max)");
    const std::string rare = " (less than one draw of 1000 lies between min and max)";
    bad(redraw(normal(0, 1), 4, 10), "normal(mean = 0, std = 1, min = 4, max = 10)" + rare);
    bad(redraw(normal(0, 0), 1, 2), "normal(mean = 0, std = 0, min = 1, max = 2)" + rare);
    bad(redraw(uniform(0, 1), 1, 2),
        "uniform(min = 0, max = 1, redraw_min = 1, redraw_max = 2)" + rare);
    bad(redraw(lognormal(0, 1), -2, -1), "lognormal(mean = 0, std = 1, min = -2, max = -1)" + rare);
    bad(redraw(exponential(1), 10, infinity), "exponential(beta = 1, min = 10)" + rare);
}

TEST(Resolve, AcceptsDistributionsWithinBounds) {
    for (const Random& random :
         {normal(20, 1.9), redraw(normal(20, 10), 1, 100), uniform(1, 2), uniform(3, 3),
          lognormal(1, 0.5), redraw(exponential(5), 0.1, infinity),
          redraw(normal(0, 1), 3, infinity), normal(1, 0)}) {
        auto d = sound();
        d.populations[0].parameters["tau_m"] = random;
        EXPECT_NO_THROW(resolved(d));
    }
}

TEST(Resolve, RefusesDistributionsThatLeaveTheBounds) {
    const std::string remedy =
        ". Narrow it, or set min and max, outside of which values are drawn again "
        "(as { normal = { mean = 1.0, std = 0.2, min = 0.1 } })";
    expect_problem(
        neuron("tau_m", normal(20, 3)),
        "population 'E': tau_m = normal(mean = 20, std = 3) (must be positive, but can be -10 ms)" +
            remedy);
    expect_problem(
        neuron("tau_m", exponential(5)),
        "population 'E': tau_m = exponential(beta = 5) (must be positive, but can be 0 ms)" +
            remedy);
    expect_problem(
        neuron("order", normal(3, 1)),
        "population 'E': order = normal(mean = 3, std = 1) (must be a whole number, not random)");
}

TEST(Resolve, ChecksRelationsOfParameters) {
    expect_problem(neuron("V_reset", -50.0), "population 'E': V_reset (must be below V_th)");
    expect_problem(neuron("V_reset", array({-70, -70, -70, -40, -30})),
                   "population 'E': neuron 3: V_reset (must be below V_th)");
    auto d = sound();
    d.populations[0].parameters["V_reset"] = uniform(-70, -60);  // not known before it is drawn
    EXPECT_NO_THROW(resolved(d));
}

TEST(Resolve, GivesAllProblemsAtOnceInTheOrderOfTheFile) {
    const auto d = parse_network(
        "[populations.E]\nmodel = 'iaf_psc_delta'\nsize = 2\ntau_m = -1\n"
        "[simulation]\nseeds = 1\n"
        "[[projections]]\nsource = 'E'\ntarget = 'F'\nrule = { fixed_indegree = { indegre = 1 } "
        "}\n",
        "net.toml", {"populations.E.tau=1", "populations.x.size=1"});
    const std::string expected =
        "net.toml: 7 problems\n"
        "  --set populations.x.size=1: there is no 'x' in populations. Known are E\n"
        "  net.toml:1: population 'E': unknown parameter 'tau' of iaf_psc_delta. Did you mean "
        "'tau_m'?\n"
        "  net.toml:4: population 'E': tau_m = -1 ms (must be positive)\n"
        "  net.toml:6: simulation: unknown key 'seeds'. Did you mean 'seed'?\n"
        "  net.toml:7: projection 'E_to_F': unknown target 'F'. Known are E\n"
        "  net.toml:10: projection 'E_to_F': fixed_indegree: unknown parameter 'indegre' of "
        "fixed_indegree. Did you mean "
        "'indegree'?\n"
        "  net.toml:10: projection 'E_to_F': fixed_indegree: indegree is missing (synapses onto "
        "each target). Set it";
    try {
        resolved(d);
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_EQ(error.what(), expected);
    }
}

}  // namespace
}  // namespace engram
