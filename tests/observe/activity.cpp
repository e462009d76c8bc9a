// SPDX-License-Identifier: Apache-2.0
#include "observe/activity.hpp"

#include <cmath>

#include "build/build.hpp"
#include "step/loop.hpp"
#include "engram_test.hpp"

namespace engram::observe {
namespace {

using test::world;

/// Five parrots that repeat three spikes, silent ones, and synapses that learn and do not.
NetworkDescription network(const std::string& precision) {
    NetworkDescription d;
    d.weight_precision = precision;
    d.population("A", "parrot_neuron", 5);
    d.population("B", "iaf_psc_delta", 2);
    d.copy_model("stdp_synapse_hom", "learning", {{"Wmax", 100.0}});
    d.device("beat", "spike_generator", {{"spike_times", std::vector<double>{1.0, 2.0, 3.0}}});
    d.connect("beat", {"A"}, all_to_all());
    ConnectionList list{{0, 1, 2, 3}, {0, 1, 0, 1}, {0.5, 1.5, 2.0, 4.0}, {}};
    d.connect("A", {"B"}, explicit_list(list), {.model = "learning", .delay = 50.0}, "learn");
    d.connect("A", {"B"}, all_to_all(), {.weight = 0.1, .delay = 50.0}, "fixed");
    d.connect("B", {"A"}, explicit_list({}), {.model = "learning"}, "none");
    return d;
}

class Activity : public testing::TestWithParam<const char*> {
protected:
    Registry registry = builtin_models();
    Network resolved = resolve(network(GetParam()), registry);
    Partition partition{{5, 2}, world().size(), test::threads()};
    RankState state = build::build(world(), resolved, registry, partition, {});
};

TEST_P(Activity, CountsSpikesOfEachPopulation) {
    EXPECT_EQ(spike_counts(world(), resolved, state), (std::vector<std::uint64_t>{0, 0}));
    step::Loop(world(), state).run(100, {});
    EXPECT_EQ(spike_counts(world(), resolved, state), (std::vector<std::uint64_t>{15, 0}));
}

TEST_P(Activity, TellsMeanWeightsOfWhatLearns) {
    const auto learning = plastic_projections(resolved, registry);
    ASSERT_EQ(learning.size(), 2u);
    EXPECT_EQ(resolved.projections[learning[0]].name, "learn");
    const auto means = mean_weights(world(), state, learning);
    EXPECT_DOUBLE_EQ(means[0], 2.0);
    EXPECT_TRUE(std::isnan(means[1]));
}

INSTANTIATE_TEST_SUITE_P(Precisions, Activity, testing::Values("double", "single"));

}  // namespace
}  // namespace engram::observe
