// SPDX-License-Identifier: Apache-2.0
// The main experiment, smaller: simulate T, store, continue to 2T, restore, simulate T again.
// Spikes, V_m, weights and stored files have the same bits on every layout.
#include "parallel/collectives.hpp"
#include "store/network_file.hpp"
#include "engram_test.hpp"
#include "simulation/observed.hpp"

namespace engram {
namespace {

using test::expect_same;
using test::Observed;
using test::world;

constexpr double duration = 200.0;  // ms

NetworkDescription einetwork(std::uint64_t seed = 1) {
    NetworkDescription d;
    d.seed = seed;
    d.population("E", "iaf_psc_delta", 400, {{"V_m", normal(-65.0, 5.0)}});
    d.population("I", "iaf_psc_delta", 100, {{"V_m", normal(-65.0, 5.0)}});
    d.copy_model("stdp_synapse_hom", "e_syn", {{"Wmax", 2.0}});
    d.copy_model("static_synapse", "i_syn");
    d.device("drive", "poisson_generator", {{"rate", 1500.0}});
    d.connect("E", {"E", "I"}, fixed_indegree(40), {"e_syn", 1.0, 1.0});
    d.connect("I", {"E", "I"}, fixed_indegree(10), {"i_syn", -4.0, 1.0});
    d.connect("drive", {"E", "I"}, all_to_all(), {.weight = 1.0, .delay = 1.0});
    d.recorder("spikes", "spike_recorder", {"E", "I"});
    return d;
}

/// Fewer neurons than virtual processes; synapses that differ in everything, several between the
/// same neurons, with the same delay too.
NetworkDescription tiny(std::uint64_t seed = 1) {
    NetworkDescription d;
    d.seed = seed;
    d.weight_precision = "single";
    d.population("E", "iaf_psc_delta", 3, {{"V_m", normal(-65.0, 5.0)}});
    d.population("I", "parrot_neuron", 1);
    d.copy_model("stdp_synapse_hom", "e_syn", {{"Wmax", 5.0}, {"lambda", 0.02}});
    d.device("drive", "poisson_generator", {{"rate", 2500.0}});
    d.connect("E", {"E", "I"}, fixed_indegree(5), {"e_syn", uniform(1.0, 4.0), uniform(1.0, 1.5)});
    d.connect("I", {"E"}, fixed_indegree(2), {.weight = normal(0.0, 2.0), .delay = 30.0});
    d.connect("I", {"I"}, one_to_one(), {.delay = 7.0, .receptor_type = 1});
    d.connect("drive", {"E"}, all_to_all());
    d.recorder("spikes", "spike_recorder", {"E", "I"});
    return d;
}

Observed spikes(Simulation& simulation) {
    return test::observe_spikes(simulation, "spikes", {"E", "I"});
}

/// What a stored file holds, but for the time; local.
Observed contents(const NetworkFile& file) {
    Observed result;
    result["seed"] = std::to_string(file.header().seed);
    for (const auto& p : file.populations()) {
        for (const auto& [name, value] : p.parameters)
            result[p.name + ": " + name] = fmt::format("{}", value);
        for (const auto& column : p.columns)
            result[p.name + ": " + column] =
                test::fingerprint(file.column(p.name, column, 0, p.size));
    }
    for (const auto& p : file.projections()) {
        const auto s = file.synapses(p.name, 0, p.target_size);
        result[p.name + ": " + p.synapse_model] =
            test::fingerprint(s.indegree, s.source, s.weight, s.delay_ms);
        for (const auto& [name, value] : p.common)
            result[p.name + ": " + name] = fmt::format("{}", value);
    }
    return result;
}

/// Collective.
Observed contents(const std::string& path) {
    const NetworkFile file(world(), path);
    Observed result;
    parallel::collectively(world(), [&] { result = contents(file); });
    return result;
}

/// One key for what would fill a page.
std::string summary(const Observed& observed) {
    std::string text;
    for (const auto& [part, value] : observed) text += part + value;
    return test::fingerprint(std::vector<char>(text.begin(), text.end()));
}

/// Collective. Steps 4 and 5: the spikes and the state after restoring and simulating T.
Observed restored(const NetworkDescription& network, const std::string& file, int threads) {
    Simulation simulation(world(), network, test::on_threads(threads, file));
    simulation.run(duration);
    Observed result = spikes(simulation);
    result["synapses"] = summary(test::observe_synapses(simulation));
    result.merge(test::observe_state(simulation, "V_m", {"E"}));
    return result;
}

/// Collective. Steps 1 to 3: the stored file, and the spikes and the state after 2T.
Observed stored_and_continued(const NetworkDescription& network, const std::string& file,
                              int threads) {
    Simulation simulation(world(), network, test::on_threads(threads));
    simulation.run(duration);
    simulation.store(file);
    simulation.run(duration);
    Observed result = spikes(simulation);
    result["synapses"] = summary(test::observe_synapses(simulation));
    result.merge(test::observe_state(simulation, "V_m", {"E"}));
    result["file"] = summary(contents(file));
    return result;
}

/// A network and what it must leave on every layout, on any processor. When the results are meant
/// to change, the new tables are what the failing test prints; CHANGELOG.md then says so.
struct Golden {
    NetworkDescription (*network)(std::uint64_t seed);
    Observed continued, restored;
};

const std::vector<Golden> golden{
    {einetwork,
     {
         {"V_m of E", "42fbe168e071dea2 (400)"},
         {"file", "c21ccd55a8e170a8 (832)"},
         {"spikes of E", "6be5b96491268911 (17556)"},
         {"spikes of I", "0a96bc12ce657f37 (4602)"},
         {"synapses", "c57439f748a57029 (155)"},
     },
     {
         {"V_m of E", "633efdae44afa61a (400)"},
         {"spikes of E", "cb7d03fc847b09a3 (8528)"},
         {"spikes of I", "14e46dc715113450 (2244)"},
         {"synapses", "a4087c7d0f9679b1 (155)"},
     }},
    {tiny,
     {
         {"V_m of E", "994bedc30b03943e (3)"},
         {"file", "8b5358cb90d6fbc5 (625)"},
         {"spikes of E", "2e6bce35a84d4462 (350)"},
         {"spikes of I", "dc9e6fe5fd42f971 (346)"},
         {"synapses", "af17ef814861c702 (143)"},
     },
     {
         {"V_m of E", "a68b976ce6fd69ba (3)"},
         {"spikes of E", "5fab1e9014e813ff (170)"},
         {"spikes of I", "7b7e90d15cd46700 (164)"},
         {"synapses", "f96b3084c1a16141 (143)"},
     }},
};

class Experiment : public testing::TestWithParam<std::size_t> {
protected:
    [[nodiscard]] const Golden& expected() const { return golden[GetParam()]; }
    [[nodiscard]] NetworkDescription network(std::uint64_t seed = 1) const {
        return expected().network(seed);
    }
    const std::string folder = test::temporary_folder();
    const std::string file = folder + "/network.h5";
};

TEST_P(Experiment, GivesTheGoldenBitsOnEveryLayout) {
    for (const int threads : {1, 2, 4}) {
        const std::string where = fmt::format("on {} ranks x {} threads", world().size(), threads);
        expect_same(expected().continued, stored_and_continued(network(), file, threads),
                    "continued " + where);
        for (const int other : {1, 2, 4})
            expect_same(expected().restored, restored(network(), file, other),
                        fmt::format("restored with {} threads, stored {}", other, where));
    }
}

TEST_P(Experiment, OtherSeedGivesOtherSpikes) {
    (void)stored_and_continued(network(), file, 1);
    const Observed same = restored(network(), file, 1), other = restored(network(7), file, 1);
    for (const char* part : {"spikes of E", "synapses", "V_m of E"})
        EXPECT_NE(same.at(part), other.at(part));
}

/// What is restored and stored again at once is the same file: nothing is lost or rounded.
TEST_P(Experiment, RestoringAndStoringKeepsTheFile) {
    (void)stored_and_continued(network(), file, 1);
    const std::string again = folder + "/again.h5";
    for (const int threads : {1, 2, 4}) {
        Simulation simulation(world(), network(), test::on_threads(threads, file));
        simulation.store(again);
        expect_same(contents(file), contents(again),
                    fmt::format("stored again with {} threads", threads));
    }
}

/// Storing looks on: it changes nothing.
TEST_P(Experiment, StoringOftenChangesNothing) {
    Simulation simulation(world(), network(), test::on_threads(2));
    for (const double piece : {0.1, 0.5, 99.4, 100.0, 200.0}) {
        simulation.store(file);
        simulation.run(piece);
    }
    Observed got = spikes(simulation);
    got.merge(test::observe_state(simulation, "V_m", {"E"}));
    for (const auto& [part, value] : got)
        EXPECT_TRUE(expected().continued.contains(part) && value == expected().continued.at(part))
            << part;
}

INSTANTIATE_TEST_SUITE_P(Networks, Experiment, testing::Range<std::size_t>(0, golden.size()),
                         [](const auto& p) {
                             return p.param == 0 ? "EINetwork" : "MoreProcessesThanNeurons";
                         });

}  // namespace
}  // namespace engram
