// SPDX-License-Identifier: Apache-2.0
// Every rule makes the same synapses on every layout, also where there are more ranks than neurons:
// those that one process draws alone, without ranks.
#include <algorithm>
#include <tuple>

#include "build/target_synapses.hpp"
#include "engram_test.hpp"
#include "simulation/observed.hpp"

namespace engram {
namespace {

using test::world;

struct Named {
    const char* name;
    Rule rule;
};

/// All that draw, between populations of `size` and `size`, as dense as few neurons allow.
std::vector<Named> rules(std::uint64_t size) {
    const std::uint64_t degree = size > 10 ? 12 : 1;
    return {{"fixed_indegree", fixed_indegree(degree)},
            {"fixed_indegree without multapses", fixed_indegree(degree, false, false)},
            {"fixed_outdegree", fixed_outdegree(degree)},
            {"fixed_outdegree without autapses", fixed_outdegree(degree, false)},
            {"fixed_outdegree without multapses", fixed_outdegree(degree, true, false)},
            {"fixed_outdegree without both", fixed_outdegree(degree, false, false)},
            {"fixed_total_number", fixed_total_number(degree * size)},
            {"fixed_total_number without both", fixed_total_number(degree * size, false, false)},
            {"pairwise_bernoulli", pairwise_bernoulli(0.2, false)},
            {"pairwise_poisson", pairwise_poisson(0.2)},
            {"symmetric_pairwise_bernoulli", symmetric_pairwise_bernoulli(0.2)},
            {"symmetric_pairwise_bernoulli once", symmetric_pairwise_bernoulli(0.2, false)},
            {"all_to_all", all_to_all(false)},
            {"one_to_one", one_to_one()}};
}

NetworkDescription described(const Rule& rule, std::uint64_t size) {
    NetworkDescription d;
    d.seed = 4711;
    d.population("A", "iaf_psc_delta", size);
    d.connect("A", {"A"}, rule, {.weight = normal(0.0, 1.0), .delay = uniform(0.1, 2.0)}, "p");
    return d;
}

using Row = std::tuple<std::uint64_t, std::uint64_t, double, double>;

/// Without ranks or threads.
std::vector<Row> alone(const Rule& rule, std::uint64_t size) {
    const Registry registry = builtin_models();
    const Network network = resolve(described(rule, size), registry);
    build::TargetSynapses make(network, registry, 0, nullptr);
    make.prepare(0, size);
    std::vector<Row> rows;
    for (NodeIndex target = 0; target < size; ++target) {
        make.draw(target);
        for (std::size_t k = 0; k < make.sources().size(); ++k)
            rows.emplace_back(target, make.sources()[k], make.delays()[k] / 10.0,
                              make.weights()[k]);
    }
    std::sort(rows.begin(), rows.end());
    return rows;
}

/// Collective.
std::vector<Row> together(const Rule& rule, std::uint64_t size, int threads) {
    const ConnectionList list =
        Simulation(world(), described(rule, size), test::on_threads(threads)).connections("p");
    std::vector<Row> rows;
    for (std::size_t i = 0; i < list.source.size(); ++i)
        rows.emplace_back(list.target[i], list.source[i], list.delay[i], list.weight[i]);
    std::sort(rows.begin(), rows.end());
    return rows;
}

TEST(RulesLayouts, EveryLayoutMakesTheSameSynapses) {
    for (const auto& [name, rule] : rules(60))
        EXPECT_EQ(together(rule, 60, test::threads()), alone(rule, 60)) << name;
}

TEST(RulesLayouts, AlsoWhereThereAreFewNeurons) {
    for (const std::uint64_t size : {2u, 3u})
        for (const auto& [name, rule] : rules(size))
            EXPECT_EQ(together(rule, size, 3), alone(rule, size)) << name << " " << size;
}

/// So many neurons and synapses that slots are enciphered and targets stand in many blocks.
TEST(RulesLayouts, AlsoWhereThereAreManySynapses) {
    constexpr std::uint64_t size = 800;
    for (const Rule& rule : {fixed_outdegree(100, false), fixed_outdegree(100, false, false),
                             symmetric_pairwise_bernoulli(0.1), pairwise_bernoulli(0.1),
                             fixed_total_number(80'000, true, false)})
        EXPECT_EQ(together(rule, size, test::threads()), alone(rule, size)) << rule.name;
}

/// Of all ranks and processors: what this test printed once.
TEST(RulesLayouts, SynapsesKeepTheirBits) {
    test::Observed observed;
    const auto observe = [&](const std::string& name, const Rule& rule, std::uint64_t size) {
        std::vector<std::uint64_t> ends;
        for (const auto& [target, source, delay, weight] : alone(rule, size)) {
            ends.push_back(target);
            ends.push_back(source);
        }
        observed[name] = test::fingerprint(ends);
    };
    for (const auto& [name, rule] : rules(60)) observe(name, rule, 60);
    observe("fixed_outdegree of many", fixed_outdegree(100, false), 800);
    observe("fixed_outdegree of many without both", fixed_outdegree(100, false, false), 800);
    test::expect_same(
        {
            {"all_to_all", "040308385b37b778 (7080)"},
            {"fixed_indegree", "8d94b0f687ee1ed8 (1440)"},
            {"fixed_indegree without multapses", "aeb8f2ed715f80ae (1440)"},
            {"fixed_outdegree", "cd5d8e84aabdc743 (1440)"},
            {"fixed_outdegree of many", "48206f11295bf077 (160000)"},
            {"fixed_outdegree of many without both", "036897980a3f6957 (160000)"},
            {"fixed_outdegree without autapses", "b3650b53f4bea297 (1440)"},
            {"fixed_outdegree without both", "d0b2deb0a0da88a8 (1440)"},
            {"fixed_outdegree without multapses", "a76efdd833f0e502 (1440)"},
            {"fixed_total_number", "833d560f60780776 (1440)"},
            {"fixed_total_number without both", "d351bb0be26145aa (1440)"},
            {"one_to_one", "61926a8051ae2765 (120)"},
            {"pairwise_bernoulli", "b3ae988d6c20c760 (1416)"},
            {"pairwise_poisson", "e63c8433033bb60d (1400)"},
            {"symmetric_pairwise_bernoulli", "fb5b74d116cd1b26 (2840)"},
            {"symmetric_pairwise_bernoulli once", "a96425fe6e025923 (1440)"},
        },
        observed, "rules");
}

/// A device reaches those neurons that the rule draws for it, which repeat its spike.
TEST(RulesLayouts, DevicesConnectByRules) {
    for (const Rule& rule :
         {pairwise_bernoulli(0.4), pairwise_poisson(0.7), fixed_outdegree(15),
          fixed_outdegree(15, true, false), fixed_total_number(15), fixed_indegree(1)}) {
        NetworkDescription d;
        d.seed = 12;
        d.population("parrots", "parrot_neuron", 40);
        d.device("generator", "spike_generator", {{"spike_times", std::vector<double>{1.0}}});
        d.connect("generator", {"parrots"}, rule, {.weight = 1.0, .delay = 1.0});
        d.recorder("spikes", "spike_recorder", {"parrots"});
        const Registry registry = builtin_models();
        const Network network = resolve(d, registry);
        build::TargetSynapses make(network, registry, 0, nullptr);
        make.prepare(0, 40);
        std::vector<std::uint64_t> wanted;
        for (NodeIndex target = 0; target < 40; ++target) {
            make.draw_sources(target);
            if (!make.sources().empty()) wanted.push_back(target);
        }
        Simulation simulation(world(), d, test::on_threads(test::threads()));
        simulation.run(5.0);
        const SpikeTrain train = simulation.spikes("spikes", "parrots");
        EXPECT_FALSE(wanted.empty());
        EXPECT_EQ(std::vector<std::uint64_t>(train.nodes.begin(), train.nodes.end()), wanted)
            << rule.name;
    }
}

}  // namespace
}  // namespace engram
