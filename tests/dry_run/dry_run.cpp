// SPDX-License-Identifier: Apache-2.0
// What a dry run says of one rank's memory is what a real run needs, category by category.
#include "dry_run/dry_run.hpp"

#include <cmath>

#include "parallel/collectives.hpp"
#include "engram_test.hpp"

namespace engram {
namespace {

using test::world;

/// This process alone.
const Communicator& self() {
    static const Communicator comm = parallel::Access::duplicate(MPI_COMM_SELF);
    return comm;
}

/// Noise drives the neurons, which hardly feel one another: no luck decides how many spike at once.
NetworkDescription dense(const std::string& excitatory) {
    NetworkDescription d;
    d.duration = 250.0;
    const Parameters neuron{{"E_L", 0.0},
                            {"V_m", uniform(0.0, 20.0)},
                            {"V_reset", 10.0},
                            {"V_th", 20.0},
                            {"tau_m", 20.0}};
    d.population("E", "iaf_psc_delta", 6400, neuron);
    d.population("I", "iaf_psc_delta", 1600, neuron);
    d.copy_model("stdp_synapse_hom", "plastic", {{"Wmax", 0.02}});
    d.device("drive", "poisson_generator", {{"rate", 415.0}});
    d.connect("E", {"E"}, fixed_indegree(160), {excitatory, 0.01, 1.5});
    d.connect("E", {"I"}, fixed_indegree(160), {.weight = 0.01, .delay = 1.5});
    d.connect("I", {"E", "I"}, fixed_indegree(40), {.weight = -0.05, .delay = 1.5});
    d.connect("drive", {"E", "I"}, all_to_all(), {.weight = 2.0, .delay = 1.5});
    return d;
}

/// Few synapses for each source and rank, several rules and delays, a population of few neurons.
NetworkDescription sparse() {
    NetworkDescription d;
    d.duration = 300.0;
    const Parameters neuron{{"E_L", 0.0},
                            {"V_m", uniform(5.0, 20.0)},
                            {"V_reset", 10.0},
                            {"V_th", 20.0},
                            {"tau_m", 20.0}};
    d.population("A", "iaf_psc_delta", 20000, neuron);
    d.population("B", "iaf_psc_delta", 2, neuron);
    d.device("drive", "poisson_generator", {{"rate", 1215.0}});
    d.connect("A", {"A"}, fixed_indegree(2), {.weight = normal(0.0, 0.1), .delay = 2.0});
    d.connect("A", {"A"}, fixed_total_number(10000), {.weight = 0.1, .delay = 3.0});
    d.connect("A", {"B"}, fixed_indegree(2000), {.weight = 0.0, .delay = 2.5});
    d.connect("B", {"A"}, all_to_all(), {.weight = 0.1, .delay = 2.0});
    d.connect("A", {"A"}, one_to_one(), {.weight = 0.1, .delay = 4.0});
    d.connect("drive", {"A", "B"}, all_to_all(), {.weight = 2.0, .delay = 1.0});
    return d;
}

dry_run::Report dry(const NetworkDescription& description, int ranks, int rank, int threads) {
    dry_run::Options options;
    options.ranks = ranks;
    options.rank = rank;
    options.threads = threads;
    return dry_run::run(self(), description, options);
}

/// Real memory on all ranks, and the sum of the dry runs of all of them: within 3 %.
void compare(const NetworkDescription& description) {
    RunOptions options;
    options.threads = test::threads();
    Simulation simulation(world(), description, options);
    simulation.run(description.duration);
    const MemoryReport real = simulation.memory();
    const dry_run::Report share = dry(description, world().size(), world().rank(), test::threads());
    ASSERT_EQ(share.memory.categories.size(), real.categories.size());
    double all_real = 0.0, all_dry = 0.0;
    const auto expect_near = [](const std::string& name, double modelled, double measured) {
        EXPECT_NEAR(modelled, measured, 0.03 * measured) << name;
    };
    for (std::size_t i = 0; i < real.categories.size(); ++i) {
        const auto measured = static_cast<double>(real.categories[i].bytes);
        const auto modelled =
            static_cast<double>(parallel::sum(world(), share.memory.categories[i].bytes));
        if (real.categories[i].name != "recordings")
            expect_near(real.categories[i].name, modelled, measured);
        all_real += measured;
        all_dry += modelled;
    }
    expect_near("all", all_dry, all_real);
    EXPECT_EQ(parallel::sum(world(), share.memory.synapses), real.synapses);
    EXPECT_EQ(parallel::sum(world(), share.neurons), real.neurons);
}

TEST(DryRun, HasTheMemoryOfARealRunWithStaticSynapses) { compare(dense("static_synapse")); }
TEST(DryRun, HasTheMemoryOfARealRunWithPlasticSynapses) { compare(dense("plastic")); }
TEST(DryRun, HasTheMemoryOfARealRunWithShortRows) { compare(sparse()); }

void expect_same_spikes(const dry_run::Report& a, const dry_run::Report& b) {
    EXPECT_EQ(a.times.spikes, b.times.spikes);
    EXPECT_EQ(a.times.events, b.times.events);
    EXPECT_EQ(a.messages.sent, b.messages.sent);
    EXPECT_EQ(a.messages.received, b.messages.received);
    EXPECT_EQ(a.messages.largest, b.messages.largest);
}

TEST(DryRun, ComesOutTheSameAgain) {
    const auto once = dry(dense("plastic"), 40, 39, test::threads());
    const auto again = dry(dense("plastic"), 40, 39, test::threads());
    expect_same_spikes(once, again);
    for (std::size_t i = 0; i < once.memory.categories.size(); ++i)
        EXPECT_EQ(once.memory.categories[i].bytes, again.memory.categories[i].bytes);
    EXPECT_GT(once.messages.received, 0u);
}

TEST(DryRun, DrawsTheSameSpikesForAnyNumberOfThreads) {
    // 40 ranks of 1 or 2 threads own the same neurons: 160 and 40 of them.
    expect_same_spikes(dry(dense("plastic"), 40, 7, 1), dry(dense("plastic"), 40, 7, 2));
}

TEST(DryRun, OfMoreRanksThanNeuronsWorks) {
    NetworkDescription d;
    d.duration = 50.0;
    d.population("A", "parrot_neuron", 3);
    d.device("drive", "poisson_generator", {{"rate", 100.0}});
    d.connect("drive", {"A"}, all_to_all());
    d.connect("A", {"A"}, one_to_one());
    EXPECT_EQ(dry(d, 5, 0, 1).neurons, 1u);
    const auto idle = dry(d, 5, 4, test::threads());
    EXPECT_EQ(idle.neurons, 0u);
    EXPECT_EQ(idle.times.spikes, 0u);
}

TEST(DryRun, LeavesRecordersAndCheckpointsOut) {
    NetworkDescription d = dense("static_synapse");
    d.duration = 2.0;
    d.recorder("spikes", "spike_recorder", {"E", "I"});
    d.checkpoints.every = "1ms";
    EXPECT_EQ(dry(d, 4, 1, 1).times.checkpoints, 0u);
}

}  // namespace
}  // namespace engram
