// SPDX-License-Identifier: Apache-2.0
// Every neuron model and Poisson generators of low and high rates have the same bits with vectors
// of 256 and of 512 bits: this runs with both (ENGRAM_VECTORS) and compares with a table.
#include <fmt/format.h>

#include "engram_test.hpp"
#include "simulation/observed.hpp"

namespace engram {
namespace {

using test::world;

constexpr std::uint64_t size = 77;  // no multiple of any vector

/// Neurons of one model, driven by generators of different means per step, connected at random.
std::string spikes_and_potentials(const std::string& model, double unit, bool uniform_parameters) {
    NetworkDescription d;
    d.seed = 31;
    d.population("N", model, size, {{"V_m", normal(-62.0, 4.0)}});
    d.populations[0].parameters[model == "izhikevich" ? "d" : "t_ref"] =
        uniform_parameters ? Value(1.5) : Value(uniform(1.0, 2.0));
    for (const double rate : {30.0, 800.0, 9'000.0, 400'000.0}) {
        const auto name =
            d.device(fmt::format("drive{}", rate), "poisson_generator", {{"rate", rate}});
        d.connect(name, {"N"}, all_to_all(), {.weight = unit * 1500.0 / rate});
        d.connect(name, {"N"}, all_to_all(), {.weight = -unit * 700.0 / rate, .delay = 2.0});
    }
    d.connect("N", {"N"}, fixed_total_number(2'000), {.weight = normal(0.0, unit), .delay = 1.5});
    d.recorder("spikes", "spike_recorder", {"N"});
    Simulation simulation(world(), d, test::on_threads(test::threads()));
    simulation.run(300.0);
    const SpikeTrain spikes = simulation.spikes("spikes", "N");
    EXPECT_GT(spikes.times.size(), size) << model;
    return test::fingerprint(spikes.times, spikes.nodes, simulation.state("N", "V_m"));
}

TEST(Vectors, OfAnyLengthGiveTheSameBits) {
    EXPECT_EQ(spikes_and_potentials("iaf_psc_delta", 0.5, true), "bd2a68cdeaafa5a3 (1761)");
    EXPECT_EQ(spikes_and_potentials("iaf_psc_delta", 0.5, false), "a678be48974daf47 (1747)");
    EXPECT_EQ(spikes_and_potentials("iaf_psc_exp", 100.0, true), "e003cd2d7ced91dd (3765)");
    EXPECT_EQ(spikes_and_potentials("iaf_psc_exp", 100.0, false), "3f3e4ee614b3e0d2 (3683)");
    EXPECT_EQ(spikes_and_potentials("iaf_psc_alpha", 30.0, true), "38a325bf3b406ebb (2949)");
    EXPECT_EQ(spikes_and_potentials("iaf_psc_alpha", 30.0, false), "96c9721c58bdbf05 (2967)");
    EXPECT_EQ(spikes_and_potentials("izhikevich", 0.5, true), "cd730db77968b8ee (1167)");
    EXPECT_EQ(spikes_and_potentials("izhikevich", 0.5, false), "939ad790d721c8f4 (1163)");
    EXPECT_EQ(spikes_and_potentials("iaf_cond_exp", 5.0, true), "bc4f759035ea038d (281)");
    EXPECT_EQ(spikes_and_potentials("iaf_cond_exp", 5.0, false), "089ffdec7ce49290 (281)");
    EXPECT_EQ(spikes_and_potentials("iaf_cond_alpha", 2.0, true), "50b7c16f984caba2 (297)");
    EXPECT_EQ(spikes_and_potentials("iaf_cond_alpha", 2.0, false), "ebdc6b44de58c9b0 (299)");
    EXPECT_EQ(spikes_and_potentials("aeif_cond_exp", 20.0, true), "04269967b88e75d8 (1075)");
    EXPECT_EQ(spikes_and_potentials("aeif_cond_exp", 20.0, false), "502cc3455ee48839 (1073)");
    EXPECT_EQ(spikes_and_potentials("aeif_cond_alpha", 7.0, true), "a6affbcfb485291c (711)");
    EXPECT_EQ(spikes_and_potentials("hh_psc_alpha", 100.0, true), "a730e73a1a248f24 (449)");
    EXPECT_EQ(spikes_and_potentials("hh_psc_alpha", 100.0, false), "c1a455cda89f2018 (455)");
}

}  // namespace
}  // namespace engram
