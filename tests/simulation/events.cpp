// SPDX-License-Identifier: Apache-2.0
// What recorders hold in memory, rank by rank, against what the network did.
#include <algorithm>
#include <map>
#include <tuple>

#include "parallel/collectives.hpp"
#include "engram_test.hpp"
#include "simulation/observed.hpp"

namespace engram {
namespace {

using test::world;

constexpr double h = 0.1;

/// Projections from E that share columns (E_to_I, E_to_one), some of their own, one that learns.
NetworkDescription network(const std::string& precision = "double") {
    NetworkDescription d;
    d.resolution = h;
    d.seed = 4;
    d.weight_precision = precision;
    d.population("E", "iaf_psc_delta", 23, {{"V_m", normal(-62.0, 4.0)}});
    d.population("I", "iaf_psc_exp", 9);
    d.population("one", "iaf_psc_delta", 1);
    d.copy_model("stdp_synapse_hom", "plastic", {{"Wmax", 3.0}, {"lambda", 0.05}});
    d.device("drive", "poisson_generator", {{"rate", 3000.0}});
    d.connect("drive", {"E", "one"}, all_to_all(), {.weight = 1.0, .delay = 1.0});
    d.connect("E", {"E"}, fixed_indegree(7), {"plastic", uniform(0.2, 2.0), uniform(0.5, 8.0)});
    d.connect("E", {"I", "one"}, fixed_indegree(12),
              {.weight = normal(0.0, 3.0), .delay = uniform(0.5, 8.0)});
    d.connect("one", {"E"}, all_to_all(), {.weight = 0.25, .delay = 2.0}, "ones");
    d.recorder("spikes", "spike_recorder", {"one", "E"});
    d.recorder("late", "spike_recorder", {"E"}, {{"start", 60.0}, {"stop", 90.0}});
    d.recorder("meter", "multimeter", {"E", "I"},
               {{"interval", 0.5},
                {"offset", 3.2},
                {"record_from", std::vector<std::string>{"V_m", "refractory_steps"}}});
    d.recorder("weights", "weight_recorder", {"E_to_E", "E_to_I", "ones"});
    d.recorder("some_weights", "weight_recorder", {"E_to_one", "E_to_I"},
               {{"start", 20.0}, {"stop", 50.0}});
    return d;
}

Simulation simulate(const std::string& precision = "double") {
    return {world(), network(precision), test::on_threads(test::threads())};
}

/// time, source, target, delay, receptor, weight of a transmitted spike; times in steps.
using Transmitted = std::tuple<long, std::uint64_t, std::uint64_t, long, long, double>;

long steps(double ms) { return std::lround(ms / h); }

/// Collective. What all ranks hold, ordered.
std::vector<Transmitted> gathered(const Events& events) {
    std::vector<Transmitted> local;
    for (std::size_t i = 0; i < events.times.size(); ++i)
        local.emplace_back(steps(events.times[i]), events.nodes[i], events.targets[i],
                           steps(events.values.at("delay")[i]),
                           std::lround(events.values.at("receptor")[i]),
                           events.values.at("weight")[i]);
    std::vector<double> numbers;
    for (const auto& [time, source, target, delay, receptor, weight] : local)
        for (const double x :
             {static_cast<double>(time), static_cast<double>(source), static_cast<double>(target),
              static_cast<double>(delay), static_cast<double>(receptor), weight})
            numbers.push_back(x);
    const auto all = parallel::concatenate(world(), std::span<const double>(numbers));
    std::vector<Transmitted> result;
    for (std::size_t i = 0; i < all.size(); i += 6)
        result.emplace_back(std::lround(all[i]), static_cast<std::uint64_t>(all[i + 1]),
                            static_cast<std::uint64_t>(all[i + 2]), std::lround(all[i + 3]),
                            std::lround(all[i + 4]), all[i + 5]);
    std::sort(result.begin(), result.end());
    return result;
}

/// Collective. What must arrive through synapses that do not learn, up to step `end`.
std::vector<Transmitted> expected(Simulation& simulation, const std::string& projection,
                                  const std::string& source, bool signs, long end) {
    const SpikeTrain train = simulation.spikes("spikes", source);
    const ConnectionList list = simulation.connections(projection);
    std::vector<Transmitted> result;
    for (std::size_t s = 0; s < train.times.size(); ++s)
        for (std::size_t i = 0; i < list.source.size(); ++i)
            if (list.source[i] == train.nodes[s] &&
                steps(train.times[s]) + steps(list.delay[i]) <= end)
                result.emplace_back(steps(train.times[s]), list.source[i], list.target[i],
                                    steps(list.delay[i]), signs && list.weight[i] < 0.0 ? 1 : 0,
                                    list.weight[i]);
    std::sort(result.begin(), result.end());
    return result;
}

TEST(Events, OfARankAreThoseOfItsNeurons) {
    Simulation simulation = simulate();
    test::run_in_pieces(simulation, 1000, {1, 300, 77}, h);
    const auto spikes = simulation.events("spikes");
    ASSERT_EQ(spikes.size(), 2U);
    EXPECT_EQ(spikes[0].from, "one");
    EXPECT_EQ(spikes[1].from, "E");
    const auto by_time = [](const Events& e) {
        std::vector<std::pair<double, std::uint64_t>> pairs;
        for (std::size_t i = 0; i < e.times.size(); ++i) pairs.emplace_back(e.times[i], e.nodes[i]);
        return pairs;
    };
    const auto pairs = by_time(spikes[1]);
    EXPECT_TRUE(std::is_sorted(pairs.begin(), pairs.end()));
    const SpikeTrain all = simulation.spikes("spikes", "E");
    EXPECT_GT(all.times.size(), 100U);
    EXPECT_EQ(parallel::sum<std::uint64_t>(world(), pairs.size()), all.times.size());

    const auto samples = simulation.events("meter");
    const Trace trace = simulation.trace("meter", "I", "V_m");
    EXPECT_EQ(trace.times.front(), 3.2);
    EXPECT_EQ(trace.times[1], 3.7);
    ASSERT_EQ(samples.size(), 2U);
    EXPECT_EQ(parallel::sum<std::uint64_t>(world(), samples[1].times.size()), trace.values.size());
    for (std::size_t i = 0; i < samples[1].times.size(); ++i) {
        const auto frame = std::find(trace.times.begin(), trace.times.end(), samples[1].times[i]);
        ASSERT_NE(frame, trace.times.end());
        EXPECT_EQ(samples[1].values.at("V_m")[i],
                  trace.values[static_cast<std::size_t>(frame - trace.times.begin()) * trace.nodes +
                               samples[1].nodes[i]]);
    }
    EXPECT_EQ(samples[1].values.at("refractory_steps").size(), samples[1].times.size());
}

TEST(Events, StartAfterStartAndEndAtStop) {
    Simulation simulation = simulate();
    simulation.run(100.0);
    const SpikeTrain all = simulation.spikes("spikes", "E"), late = simulation.spikes("late", "E");
    std::vector<double> within;
    for (const double time : all.times)
        if (time > 60.0 && time <= 90.0) within.push_back(time);
    EXPECT_EQ(late.times, within);
    EXPECT_FALSE(within.empty());
}

TEST(Events, AreForgottenWhenCleared) {
    Simulation cleared = simulate(), whole = simulate();
    whole.run(60.0);
    cleared.run(31.3);
    for (const char* name : {"spikes", "meter", "weights"}) cleared.clear_events(name);
    for (const char* name : {"spikes", "meter", "weights"})
        for (const auto& events : cleared.events(name)) {
            EXPECT_TRUE(events.times.empty());
            for (const auto& [variable, values] : events.values) EXPECT_TRUE(values.empty());
        }
    cleared.run(28.7);
    const SpikeTrain all = whole.spikes("spikes", "E"), rest = cleared.spikes("spikes", "E");
    std::vector<double> later;
    for (const double time : all.times)
        if (time > 31.3) later.push_back(time);
    EXPECT_EQ(rest.times, later);
    const Trace frames = whole.trace("meter", "E", "V_m"),
                left = cleared.trace("meter", "E", "V_m");
    ASSERT_EQ(left.times.size(), 57U);
    EXPECT_EQ(left.times.front(), 31.7);
    EXPECT_EQ(left.values, std::vector<double>(frames.values.end() - 57 * 23, frames.values.end()));
}

TEST(Events, OfWeightsAreThoseOfAllSpikesThatArrive) {
    for (const char* precision : {"double", "single"}) {
        Simulation simulation = simulate(precision);
        test::run_in_pieces(simulation, 700, {13, 400}, h);
        const auto weights = simulation.events("weights");
        ASSERT_EQ(weights.size(), 3U);
        EXPECT_EQ(weights[1].from, "E_to_I");
        EXPECT_EQ(gathered(weights[1]), expected(simulation, "E_to_I", "E", true, 700));
        EXPECT_EQ(gathered(weights[2]), expected(simulation, "ones", "one", false, 700));
        EXPECT_GT(gathered(weights[1]).size(), 500U);
        EXPECT_GT(gathered(weights[2]).size(), 23U);
        const auto some = simulation.events("some_weights");
        for (const bool one : {true, false}) {
            auto within = expected(simulation, one ? "E_to_one" : "E_to_I", "E", !one, 700);
            std::erase_if(within, [](const Transmitted& t) {
                return std::get<0>(t) <= 200 || std::get<0>(t) > 500;
            });
            EXPECT_EQ(gathered(some[one ? 0 : 1]), within);
            EXPECT_FALSE(within.empty());
        }
    }
}

/// What a synapse that learns transmitted last is the weight it has; and it changed meanwhile.
TEST(Events, OfWeightsFollowThem) {
    Simulation simulation = simulate();
    simulation.run(100.0);
    const auto all = gathered(simulation.events("weights")[0]);
    const ConnectionList list = simulation.connections("E_to_E");
    int changes = 0, compared = 0;
    for (std::size_t i = 0; i < list.source.size(); ++i) {
        std::map<long, double> by_arrival;
        for (const auto& [time, source, target, delay, receptor, weight] : all)
            if (source == list.source[i] && target == list.target[i] &&
                delay == steps(list.delay[i]))
                by_arrival[time + delay] = weight;
        const auto twin = [&](std::size_t j) {
            return j != i && list.source[j] == list.source[i] && list.target[j] == list.target[i];
        };
        bool alone = true;
        for (std::size_t j = 0; j < list.source.size(); ++j) alone = alone && !twin(j);
        if (by_arrival.empty() || !alone) continue;
        EXPECT_EQ(by_arrival.rbegin()->second, list.weight[i]);
        if (by_arrival.begin()->second != list.weight[i]) ++changes;
        ++compared;
    }
    EXPECT_GT(compared, 100);
    EXPECT_GT(changes, compared / 2);
}

TEST(Events, AreRefusedWhereThereAreNone) {
    const auto folder = test::temporary_folder();
    RunOptions options = test::on_threads(test::threads());
    options.output = folder.string();
    NetworkDescription d = network();
    d.recorders[0].parameters["record_to"] = "memory";
    Simulation simulation(world(), d, options);
    simulation.run(20.0);
    EXPECT_EQ(simulation.events("spikes").size(), 2U);
    EXPECT_GT(simulation.spikes("spikes", "E").times.size(), 0U);
    EXPECT_ERROR(simulation.events("meter"), "meter", folder.string(), "record_to");
    EXPECT_ERROR(simulation.events("weight"), "'weight'", "Did you mean 'weights'?");
    simulation.finish();
    EXPECT_FALSE(std::filesystem::exists(folder / "spikes.h5"));
    EXPECT_TRUE(std::filesystem::exists(folder / "weights.h5"));

    d.recorders[0].parameters["record_to"] = "file";
    EXPECT_ERROR(Simulation(world(), d, test::on_threads(test::threads())), "recorder 'spikes'",
                 "no output folder");
}

}  // namespace
}  // namespace engram
