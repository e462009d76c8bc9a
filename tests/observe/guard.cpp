// SPDX-License-Identifier: Apache-2.0
// Rates that a run may not have end it, after a checkpoint, at the same step on every layout.
#include "observe/guard.hpp"

#include <filesystem>

#include "engram/simulation.hpp"

#include "checkpoint/folder.hpp"
#include "checkpoint/layouts.hpp"
#include "engram_test.hpp"
#include "simulation/observed.hpp"

namespace engram {
namespace {

namespace fs = std::filesystem;
using test::world;

/// Ten parrots that repeat 100 spikes/s up to 1 s, and nothing after.
NetworkDescription network() {
    NetworkDescription d;
    d.population("A", "parrot_neuron", 10);
    std::vector<double> times;
    for (int i = 0; i < 100; ++i) times.push_back(5.0 + 10.0 * i);
    d.device("beat", "spike_generator", {{"spike_times", times}});
    d.connect("beat", {"A"}, all_to_all());
    d.guard.window = 100.0;
    return d;
}

class Guarded : public testing::Test {
protected:
    [[nodiscard]] RunOptions options() const {
        RunOptions result = test::on_threads(test::threads());
        result.output = folder.string();
        return result;
    }
    fs::path folder = test::temporary_folder() / "results";
};

TEST_F(Guarded, RunGoesOnWithinTheLimits) {
    NetworkDescription d = network();
    d.guard.max_rate = 101.0;
    d.guard.min_rate = 99.0;
    Simulation simulation(world(), d, options());
    EXPECT_EQ(simulation.run(450.0), RunEnd::done);
    EXPECT_EQ(simulation.run(550.0), RunEnd::done);
}

TEST_F(Guarded, RunWithoutLimitsGoesOn) {
    EXPECT_EQ(Simulation(world(), network(), options()).run(1500.0), RunEnd::done);
}

TEST_F(Guarded, RunThatExplodesEndsWithACheckpoint) {
    NetworkDescription d = network();
    d.guard.max_rate = 99.0;
    Simulation simulation(world(), d, options());
    EXPECT_ERROR(simulation.run(1000.0),
                 "'A' has 100 spikes/s from 0 to 100 ms (guard: max_rate = 99)",
                 "checkpoint_000000001000.h5");
    EXPECT_DOUBLE_EQ(simulation.time(), 100.0);
    EXPECT_EQ(checkpoint::list(world(), (folder / "checkpoints").string()).size(), 1u);
}

TEST_F(Guarded, RunThatDiesEnds) {
    NetworkDescription d = network();
    d.guard.min_rate = 1.0;
    Simulation simulation(world(), d, options());
    simulation.run(950.0);
    EXPECT_ERROR(simulation.run(1000.0),
                 "'A' has 0 spikes/s from 1000 to 1100 ms (guard: min_rate = 1)");
}

TEST_F(Guarded, WindowInWhichTheRunBeganIsNotJudged) {
    NetworkDescription d = network();
    d.guard.min_rate = 99.0;
    {
        Simulation simulation(world(), d, options());
        simulation.run(150.0);
        simulation.checkpoint((folder / "half.h5").string());
    }
    RunOptions resumed = options();
    resumed.output = (folder / "resumed").string();
    resumed.resume_from = (folder / "half.h5").string();
    EXPECT_EQ(Simulation(world(), d, resumed).run(250.0), RunEnd::done);
}

TEST_F(Guarded, LimitsAreChecked) {
    NetworkDescription d = network();
    d.guard = {.max_rate = 1.0, .min_rate = 2.0, .window = 0.05};
    EXPECT_ERROR(Simulation(world(), d, {}),
                 "guard: max_rate = 1 spikes/s (must be above min_rate = 2). Raise it",
                 "guard: window = 0.05 ms (must be a multiple of the resolution, 0.1 ms, and "
                 "positive). Choose a multiple");
    d.guard = {.min_rate = -1.0};
    EXPECT_ERROR(Simulation(world(), d, {}),
                 "guard: min_rate = -1 spikes/s (must not be negative)");
}

TEST_F(Guarded, LimitsStandInTheNetworkFile) {
    const auto d = parse_network("[guard]\nmax_rate = 200\nmin_rate = 0.5\n", "test.toml",
                                 {"guard.window=500"});
    EXPECT_EQ(d.guard, (GuardOptions{.max_rate = 200.0, .min_rate = 0.5, .window = 500.0}));
    EXPECT_EQ(parse_network(network_toml(d), "again.toml").guard, d.guard);
    EXPECT_EQ(canonical_text(d), canonical_text(parse_network("", "without.toml")));
}

}  // namespace
}  // namespace engram
