// SPDX-License-Identifier: Apache-2.0
// Networks that grow after they have run: what was there keeps its bits and its recordings, and
// what is new begins then.
#include <algorithm>
#include <filesystem>

#include "checkpoint/layouts.hpp"
#include "prescribed.hpp"
#include "same_bytes.hpp"
#include "simulation/growing.hpp"
#include "simulation/observed.hpp"

namespace engram {
namespace {

namespace fs = std::filesystem;
using test::add_apart;
using test::add_everything;
using test::Layout;
using test::options_of;
using test::small;
using test::world;

constexpr double h = test::growing_step;

/// Collective. All of the old parts that one can look at.
test::Observed observe(Simulation& simulation) {
    test::Observed result = test::observe_spikes(simulation, "spikes", {"E", "one"});
    result.merge(test::observe_state(simulation, "V_m", {"E", "I", "one"}));
    result.merge(test::observe_samples(simulation, "meter", "V_m", {"E", "I"}));
    result.merge(test::observe_synapses(simulation));
    for (const Events& events : simulation.events("weights"))
        if (events.from == "E_to_E" || events.from == "E_to_I")
            result["weights of " + events.from] = test::fingerprint(
                events.times, events.nodes, events.targets, events.values.at("weight"));
    return result;
}

void expect_every_bit(const NetworkDescription& network) {
    Simulation whole(world(), network, options_of(test::threads()));
    whole.run(90.0);
    const test::Observed expected = observe(whole);
    NetworkDescription apart = network;
    add_apart(apart);
    for (const auto& larger : {network, apart}) {
        Simulation simulation(world(), network, options_of(test::threads()));
        for (const double piece : {0.7, 30.0, 2.3}) {
            simulation.run(piece);
            simulation.grow(larger);
        }
        EXPECT_EQ(simulation.time(), 33.0);
        simulation.run(57.0);
        test::expect_same(expected, observe(simulation), "the network that grew");
        const TimeReport report = simulation.timing();
        EXPECT_EQ(report.model_time, 90.0);
        EXPECT_GE(report.spikes, whole.timing().spikes);
    }
}

TEST(Grow, ByNothingOrByPartsApartLeavesEveryBit) {
    NetworkDescription single = small(), stored = small();
    single.weight_precision = "single";
    stored.checkpoints.connectivity = "store";  // then synapses are handed over, not drawn again
    for (const auto& network : {small(), single, stored}) expect_every_bit(network);
}

TEST(Grow, AtTheBeginningIsBuildingAtOnce) {
    NetworkDescription after = small();
    add_everything(after, "C");
    Simulation grown(world(), small(), options_of(test::threads())),
        whole(world(), after, options_of(test::threads()));
    grown.grow(after);
    grown.run(40.0);
    whole.run(40.0);
    test::expect_same(observe(whole), observe(grown), "the network that grew");
    EXPECT_GT(whole.spikes("spikes", "C").times.size(), 10U);
}

TEST(Grow, OutOfARestoredNetwork) {
    const auto file = test::temporary_folder() / "network.h5";
    Simulation first(world(), small(), options_of(test::threads()));
    first.run(30.0);
    first.set_weights("ones", {0.75});
    first.store(file);
    NetworkDescription after = small();
    add_apart(after);
    Simulation restored(world(), small(), test::on_threads(test::threads(), file)),
        grown(world(), small(), test::on_threads(test::threads(), file));
    restored.run(30.0);
    grown.run(10.0);
    grown.grow(after);
    grown.run(20.0);
    test::expect_same(observe(restored), observe(grown), "the network that grew");
}

TEST(Grow, WhatIsNewBeginsThen) {
    NetworkDescription before = small(), after = small();
    after.population("new", "iaf_psc_delta", 3, {{"I_e", 600.0}});
    after.recorders[0].from.push_back("new");
    after.recorder("late", "voltmeter", {"new", "one"}, {{"interval", 0.5}});
    NetworkDescription alone;
    alone.population("new", "iaf_psc_delta", 3, {{"I_e", 600.0}});
    alone.recorder("spikes", "spike_recorder", {"new"});
    alone.recorder("late", "voltmeter", {"new"}, {{"interval", 0.5}});
    Simulation simulation(world(), before, options_of(test::threads())),
        reference(world(), alone, options_of(test::threads()));
    simulation.run(20.0);
    simulation.grow(after);
    EXPECT_EQ(simulation.state("new", "V_m"), reference.state("new", "V_m"));
    simulation.run(40.0);
    reference.run(40.0);
    const SpikeTrain spikes = simulation.spikes("spikes", "new"),
                     expected = reference.spikes("spikes", "new");
    ASSERT_GT(expected.times.size(), 2U);
    ASSERT_EQ(spikes.times.size(), expected.times.size());
    for (std::size_t i = 0; i < spikes.times.size(); ++i)
        EXPECT_NEAR(spikes.times[i], expected.times[i] + 20.0, 1e-9);
    const Trace samples = simulation.trace("late", "new", "V_m");
    EXPECT_EQ(samples.times.front(), 20.5);
    EXPECT_EQ(samples.values, reference.trace("late", "new", "V_m").values);
}

/// V_m of a listener is what arrives in a step. What was sent before a connection was there does
/// not arrive by it: neither spikes nor what devices send.
TEST(Grow, WhatWasSentBeforeTakesOldConnectionsOnly) {
    NetworkDescription before;
    before.resolution = h;
    test::add_parrots(before, "pre", {{40, 48, 50, 51, 53}, {}});
    test::add_listeners(before, "post", 2);
    ConnectionList one;
    one.source = {0};
    one.target = {0};
    before.connect("pre", {"post"}, explicit_list(one), {.weight = 1.0, .delay = 0.6});
    before.device("clock", "spike_generator",
                  {{"spike_times", std::vector<double>{4.7, 5.0, 5.1, 5.4}}});
    NetworkDescription after = before;
    after.connect("pre", {"post"}, explicit_list(one), {.weight = 10.0, .delay = 3.0});
    after.connect("clock", {"post"}, all_to_all(), {.weight = 100.0, .delay = 2.0});
    const auto expect = [&](Simulation& simulation, Step from) {
        const Trace trace = simulation.trace("inputs", "post", "V_m");
        for (std::size_t f = 0; f < trace.times.size(); ++f) {
            const Step step = to_steps(trace.times[f], h);
            double sum = 0.0;
            for (const Step spike : {40, 48, 50, 51, 53}) {
                if (step == spike + 6) sum += 1.0;
                if (step == spike + 30 && spike > 50) sum += 10.0;
            }
            for (const Step spike : {51, 54})
                if (step == spike + 20) sum += 100.0;
            if (step <= from) continue;
            EXPECT_NEAR(trace.values[2 * f], sum, 1e-9) << "at step " << step;
        }
        EXPECT_GE(simulation.time(), 8.5);
    };
    Simulation simulation(world(), before, options_of(test::threads()));
    simulation.run(5.0);
    simulation.grow(after);
    simulation.run(0.2);
    const auto file = test::temporary_folder() / "grown.h5";
    simulation.checkpoint(file);
    simulation.run(3.4);
    expect(simulation, 0);
    RunOptions options = options_of(test::threads());
    options.resume_from = file;
    Simulation resumed(world(), after, options);
    resumed.run(3.4);
    expect(resumed, 52);
}

TEST(Grow, KeepsWhatIsInMemoryAndGoesOnWithIt) {
    NetworkDescription after = small();
    add_everything(after, "C");
    Simulation simulation(world(), small(), options_of(test::threads()));
    simulation.run(10.0);
    simulation.clear_events("meter");
    simulation.run(15.0);
    const auto spikes = simulation.events("spikes"), weights = simulation.events("weights");
    const Trace samples = simulation.trace("meter", "E", "V_m");
    simulation.grow(after);
    const auto same = [](const Events& a, const Events& b) {
        return a.from == b.from && a.times == b.times && a.nodes == b.nodes && a.values == b.values;
    };
    const auto spikes_after = simulation.events("spikes"),
               weights_after = simulation.events("weights");
    ASSERT_EQ(spikes_after.size(), 3U);
    ASSERT_EQ(weights_after.size(), 3U);
    for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_TRUE(same(spikes[i], spikes_after[i]));
        EXPECT_TRUE(same(weights[i], weights_after[i]));
    }
    EXPECT_EQ(simulation.trace("meter", "E", "V_m").values, samples.values);
    EXPECT_TRUE(simulation.trace("meter", "C", "V_m").times.empty());
    simulation.run(5.0);
    EXPECT_EQ(simulation.trace("meter", "E", "V_m").times.front(), samples.times.front());
    const Trace of_new = simulation.trace("meter", "C", "V_m");
    EXPECT_GT(of_new.times.front(), 25.0);
    EXPECT_EQ(of_new.times.back(), simulation.trace("meter", "E", "V_m").times.back());
    simulation.clear_events("meter");
    EXPECT_TRUE(simulation.trace("meter", "E", "V_m").times.empty());
}

TEST(Grow, KeepsTheFolderAndItsCheckpoints) {
    const auto folder = test::temporary_folder();
    RunOptions options = options_of(test::threads(), folder / "out");
    options.checkpoints->every = "10ms";
    NetworkDescription after = small();
    add_apart(after);
    {
        Simulation simulation(world(), small(), options);
        simulation.run(15.0);
        simulation.grow(after);
        EXPECT_ERROR(Simulation(world(), small(), options), "another run writes there");
        simulation.run(10.0);
        EXPECT_EQ(simulation.timing().checkpoints, 2U);
    }
    options.resume = true;
    EXPECT_ERROR(Simulation(world(), small(), options),
                 "population 'apart': only in the checkpoint");
    Simulation resumed(world(), after, options);
    EXPECT_EQ(resumed.time(), 20.0);
    resumed.grow(after);
    resumed.run(5.0);
    resumed.finish();
    Simulation whole(world(), small(), options_of(test::threads(), folder / "whole"));
    whole.run(25.0);
    whole.finish();
    if (world().rank() == 0) {
        EXPECT_TRUE(test::same_bytes(folder / "out" / "meter.h5", folder / "whole" / "meter.h5"));
        EXPECT_TRUE(
            test::same_bytes(folder / "out" / "weights.h5", folder / "whole" / "weights.h5"));
    }
}

/// A new synapse learns from what its source sends through it, also where the source has others of
/// the same model.
TEST(Grow, NewSynapsesArePairedWithSpikesOfTheirOwnTime) {
    NetworkDescription before;
    before.resolution = h;
    test::add_parrots(before, "pre", {{40, 120, 160}});
    before.population("post", "iaf_psc_delta", 1);
    before.device("kick", "spike_generator", {{"spike_times", std::vector<double>{6.0, 14.0}}});
    before.connect("kick", {"post"}, all_to_all(), {.weight = 100.0, .delay = h});
    before.copy_model("stdp_synapse_hom", "growing",
                      {{"Wmax", 4.0}, {"lambda", 0.1}, {"alpha", 0.0}});
    before.connect("pre", {"post"}, all_to_all(), {"growing", 1.0, 1.0}, "old");
    NetworkDescription after = before;
    after.connect("pre", {"post"}, all_to_all(), {"growing", 1.0, 1.0}, "new");
    Simulation simulation(world(), before, options_of(test::threads()));
    simulation.run(10.0);
    simulation.grow(after);
    const auto weight = [&](const char* projection) {
        return simulation.connections(projection).weight.front();
    };
    EXPECT_EQ(weight("old"), 1.0);  // what its first spike left waits for the second
    simulation.run(4.5);
    EXPECT_GT(weight("old"), 1.0);
    EXPECT_EQ(weight("new"), 1.0);
    simulation.run(4.0);
    EXPECT_GT(weight("new"), 1.0);
    EXPECT_GT(weight("old"), weight("new"));
}

/// And what a call of run() that ends in an error has not taken out of the network.
TEST(Grow, KeepsTheGuardAndWhatFailedRunsRecorded) {
    NetworkDescription guarded = small(), other = small();
    guarded.guard.max_rate = 1.0;
    guarded.guard.window = 20.0;
    Simulation simulation(world(), guarded, options_of(test::threads())),
        free(world(), small(), options_of(test::threads()));
    simulation.run(10.0);
    simulation.grow(other);
    EXPECT_ERROR(simulation.run(20.0), "spikes/s from 0 to 20 ms (guard: max_rate = 1)");
    free.run(20.0);
    simulation.grow(other);
    EXPECT_EQ(simulation.time(), 20.0);
    test::expect_same(observe(free), observe(simulation), "after an error");
    EXPECT_ERROR(simulation.run(20.0), "from 20 to 40 ms (guard: max_rate = 1)");
}

TEST(Grow, TellsAllThatDiffersAndRunsOn) {
    Simulation simulation(world(), small(), options_of(test::threads())),
        whole(world(), small(), options_of(test::threads()));
    whole.run(40.0);
    simulation.run(20.0);
    NetworkDescription other = small();
    other.seed = 22;
    other.populations[1].parameters["tau_m"] = 3.0;
    other.populations.insert(other.populations.begin(), {"first", "iaf_psc_delta", 2, {}});
    other.devices.clear();
    other.projections.erase(other.projections.begin());
    other.connect("E", {"first"}, all_to_all(), {.delay = 1.5});
    std::swap(other.projections[0], other.projections[1]);
    other.recorders[0].from = {"E"};
    other.recorders[1].parameters["interval"] = 0.9;
    other.recorders.pop_back();
    EXPECT_ERROR(simulation.grow(other), "the network cannot grow so", "Describe it alike",
                 "simulation: seed = 21 in the running network, 22 in the description",
                 "population 'I': tau_m is not set in the running network, 3 in the description",
                 "device 'drive': only in the running network",
                 "projection 'drive_to_E': only in the running network",
                 "population 'first': is new, and stands before 'E' in the description",
                 "projection 'E_to_E': stands before 'E_to_I' in the running network",
                 "recorder 'spikes': from = E, one in the running network, E in the description",
                 "recorder 'meter': interval = 0.7 in the running network, 0.9",
                 "recorder 'kept': only in the running network");
    NetworkDescription impossible = small();
    impossible.population("bad", "iaf_psc_delta", 2, {{"tau_m", -1.0}});
    EXPECT_ERROR(simulation.grow(impossible), "population 'bad'", "tau_m = -1 ms");
    NetworkDescription no_folder = small();
    no_folder.recorder("filed", "spike_recorder", {"E"}, {{"record_to", "file"}});
    EXPECT_ERROR(simulation.grow(no_folder), "recorder 'filed'", "no output folder");
    simulation.run(20.0);
    test::expect_same(observe(whole), observe(simulation), "after errors");
}

TEST(Grow, FromFewerNeuronsThanRanks) {
    NetworkDescription before;
    before.population("a", "iaf_psc_delta", 1, {{"I_e", 600.0}});
    NetworkDescription after = before;
    after.population("b", "iaf_psc_delta", 2);
    after.connect("a", {"b"}, all_to_all(), {"stdp_synapse_hom", 20.0, 1.5});
    after.recorder("spikes", "spike_recorder", {"a", "b"});
    std::vector<test::Observed> seen;
    for (const Layout& layout : {Layout{1, 1}, Layout{world().size(), test::threads()}})
        test::on_ranks(layout.ranks, [&](const Communicator& comm) {
            Simulation simulation(comm, before, options_of(layout.threads));
            simulation.run(30.0);
            simulation.grow(after);
            simulation.run(60.0);
            seen.push_back(test::observe_spikes(simulation, "spikes", {"a", "b"}));
            EXPECT_GT(simulation.spikes("spikes", "b").times.size(), 2U);
        });
    if (seen.size() == 2) test::expect_same(seen[0], seen[1], "on all ranks");
}

}  // namespace
}  // namespace engram
