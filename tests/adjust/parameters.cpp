// SPDX-License-Identifier: Apache-2.0
// States and parameters that change between two calls of run().
#include <algorithm>
#include <atomic>

#include "engram/simulation.hpp"

#include "engram_test.hpp"

namespace engram {
namespace {

using test::world;

NetworkDescription network() {
    NetworkDescription d;
    d.seed = 3;
    d.population("A", "iaf_psc_alpha", 9, {{"C_m", uniform(200.0, 300.0)}, {"tau_minus", 15.0}});
    d.population("B", "iaf_psc_exp", 5);
    d.copy_model("stdp_synapse_hom", "learning", {{"Wmax", 200.0}});
    d.device("noise", "poisson_generator", {{"rate", 0.0}});
    d.device("current", "dc_generator", {{"amplitude", 0.0}});
    d.connect("A", {"A"}, fixed_indegree(2), {.model = "learning", .weight = 50.0, .delay = 1.0});
    d.connect("noise", {"A", "B"}, all_to_all(), {.weight = 60.0, .delay = 1.0});
    d.connect("current", {"B"}, all_to_all(), {.delay = 1.0});
    d.recorder("spikes", "spike_recorder", {"A", "B"});
    return d;
}

RunOptions options() { return {.threads = test::threads()}; }

std::size_t spikes_after(Simulation& simulation, const char* population, double time) {
    const auto times = simulation.spikes("spikes", population).times;
    return static_cast<std::size_t>(
        std::count_if(times.begin(), times.end(), [&](double t) { return t > time; }));
}

TEST(AdjustState, OneForEachAndOneForAll) {
    Simulation simulation(world(), network(), options());
    std::vector<double> values{-61, -62, -63, -64, -65, -66, -67, -68, -69};
    simulation.set_state("A", "V_m", values);
    EXPECT_EQ(simulation.state("A", "V_m"), values);
    simulation.set_state("A", "V_m", {-60.0});
    EXPECT_EQ(simulation.state("A", "V_m"), std::vector<double>(9, -60.0));
    EXPECT_EQ(simulation.state("B", "V_m"), std::vector<double>(5, -70.0));
    EXPECT_ERROR(simulation.set_state("A", "V_m", {1.0, 2.0}), "V_m has 2 values", "9");
    EXPECT_ERROR(simulation.set_state("A", "V", {1.0}), "'V'", "Did you mean 'V_m'?");
    EXPECT_ERROR(simulation.set_state("a", "V_m", {1.0}), "population 'a'", "Did you mean 'A'?");
    EXPECT_EQ(simulation.state("A", "V_m"), std::vector<double>(9, -60.0));
}

TEST(AdjustPopulation, TakesEffectAndKeepsTheState) {
    Simulation simulation(world(), network(), options());
    simulation.run(100.0);
    EXPECT_EQ(spikes_after(simulation, "A", 0.0), 0u);
    const auto before = simulation.state("A", "V_m");
    simulation.set_parameters("A", {{"I_e", 600.0}});
    EXPECT_EQ(simulation.state("A", "V_m"), before);
    EXPECT_EQ(simulation.parameter("A", "I_e"), std::vector<double>{600.0});
    EXPECT_EQ(simulation.parameter("A", "C_m").size(), 9u);  // still those that were drawn
    EXPECT_EQ(simulation.parameter("A", "tau_m"), std::vector<double>{10.0});
    simulation.run(100.0);
    EXPECT_GT(spikes_after(simulation, "A", 100.0), 9u);
    EXPECT_EQ(spikes_after(simulation, "B", 0.0), 0u);
}

TEST(AdjustPopulation, GivesWhatTheDescriptionGivesAtTheBeginning) {
    NetworkDescription described = network();
    Simulation adjusted(world(), described, options());
    std::vector<double> currents{400, 500, 600, 410, 510, 610, 420, 520, 620};
    adjusted.set_parameters("A", {{"I_e", currents}, {"t_ref", 3.0}});
    described.populations[0].parameters["I_e"] = currents;
    described.populations[0].parameters["t_ref"] = 3.0;
    Simulation expected(world(), described, options());
    adjusted.run(200.0);
    expected.run(200.0);
    EXPECT_EQ(adjusted.spikes("spikes", "A").times, expected.spikes("spikes", "A").times);
    EXPECT_EQ(adjusted.state("A", "V_m"), expected.state("A", "V_m"));
    EXPECT_EQ(adjusted.connections("A_to_A"), expected.connections("A_to_A"));
}

TEST(AdjustPopulation, TellsWhatIsWrong) {
    Simulation simulation(world(), network(), options());
    EXPECT_ERROR((simulation.set_parameters("A", {{"tau_m", -1.0}})), "tau_m = -1 ms",
                 "must be positive");
    EXPECT_ERROR((simulation.set_parameters("B", {{"V_reset", 10.0}})), "V_reset", "must be below");
    EXPECT_ERROR((simulation.set_parameters("A", {{"I", 1.0}})), "'I'");
    EXPECT_ERROR((simulation.set_parameters("A", {{"V_m", 1.0}})), "V_m is a state variable",
                 "Use set_state");
    EXPECT_ERROR((simulation.set_parameters("A", {{"tau_minus", 1.0}})), "tau_minus cannot change");
    EXPECT_ERROR((simulation.set_parameters("C", {{"I_e", 1.0}})), "population 'C'");
    EXPECT_ERROR((void)simulation.parameter("A", "I"), "parameter 'I'");
    simulation.set_parameters("B", {{"tau_minus", 1.0}});  // nothing there learns
}

TEST(AdjustDevice, ChangesRatesAndCurrents) {
    Simulation simulation(world(), network(), options());
    simulation.run(100.0);
    EXPECT_EQ(spikes_after(simulation, "B", 0.0), 0u);
    simulation.set_device("current", {{"amplitude", 700.0}});
    simulation.run(100.0);
    EXPECT_GT(spikes_after(simulation, "B", 100.0), 5u);
    EXPECT_EQ(spikes_after(simulation, "A", 0.0), 0u);
    simulation.set_device("current", {{"amplitude", 0.0}});
    simulation.set_device("noise", {{"rate", 20000.0}});
    simulation.run(100.0);
    EXPECT_GT(spikes_after(simulation, "A", 200.0), 9u);
}

TEST(AdjustDevice, IsTheSameHoweverItIsCutAndContinued) {
    const std::string path = test::temporary_folder() / "checkpoint.h5";
    NetworkDescription described = network();
    Simulation simulation(world(), described, options());
    simulation.set_device("noise", {{"rate", 9000.0}});
    simulation.run(60.0);
    simulation.checkpoint(path);
    simulation.run(60.0);
    described.devices[0].parameters["rate"] = 9000.0;  // checkpoints hold the network as it became
    Simulation resumed(world(), described, {.threads = 3 - test::threads(), .resume_from = path});
    resumed.run(60.0);
    EXPECT_EQ(resumed.state("A", "V_m"), simulation.state("A", "V_m"));
    EXPECT_EQ(resumed.state("B", "V_m"), simulation.state("B", "V_m"));
    EXPECT_GT(spikes_after(simulation, "A", 0.0), 0u);
}

TEST(AdjustDevice, TellsWhatIsWrong) {
    Simulation simulation(world(), network(), options());
    EXPECT_ERROR((simulation.set_device("nois", {{"rate", 1.0}})), "device 'nois'",
                 "Did you mean 'noise'?");
    EXPECT_ERROR((simulation.set_device("noise", {{"rate", -1.0}})), "rate = -1",
                 "must not be negative");
    EXPECT_ERROR((simulation.set_device("noise", {{"amplitude", 1.0}})), "'amplitude'");
}

TEST(Interrupt, OfOneRankEndsTheRunOnAll) {
    RunOptions interruptible = options();
    std::atomic<int> asked{0};
    if (world().rank() == world().size() - 1)
        interruptible.interrupted = [&] { return ++asked == 3; };
    Simulation simulation(world(), network(), interruptible);
    EXPECT_EQ(simulation.run(100.0), RunEnd::interrupted);
    EXPECT_DOUBLE_EQ(simulation.time(), 3 * simulation.min_delay());
    EXPECT_EQ(simulation.run(100.0), RunEnd::done);  // and may go on
    EXPECT_DOUBLE_EQ(simulation.max_delay(), 1.0);
}

}  // namespace
}  // namespace engram
