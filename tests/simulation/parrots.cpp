// SPDX-License-Identifier: Apache-2.0
// Parrots that a Poisson generator drives: each repeats a train of its own, at the generator's
// rate, from its start to its stop.
#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>

#include "engram_test.hpp"
#include "simulation/observed.hpp"

namespace engram {
namespace {

constexpr double h = 0.1, rate = 800.0, start = 30.0, stop = 2030.0, delay = 1.5;
constexpr std::uint64_t parrots = 41;

SpikeTrain repeated(double weight) {
    NetworkDescription d;
    d.resolution = h;
    d.seed = 4;
    d.population("P", "parrot_neuron", parrots);
    d.device("drive", "poisson_generator", {{"rate", rate}, {"start", start}, {"stop", stop}});
    d.connect("drive", {"P"}, all_to_all(), {.weight = weight, .delay = delay});
    d.recorder("spikes", "spike_recorder", {"P"});
    Simulation simulation(test::world(), d, test::on_threads(test::threads()));
    simulation.run(2100.0);
    return simulation.spikes("spikes", "P");
}

std::vector<std::set<std::int64_t>> by_parrot(const SpikeTrain& train) {
    std::vector<std::set<std::int64_t>> steps(parrots);
    for (std::size_t i = 0; i < train.times.size(); ++i)
        steps[train.nodes[i]].insert(std::llround(train.times[i] / h));
    return steps;
}

/// Several spikes of one step are repeated as one.
constexpr double mean_of_step = rate * h / 1000.0;
const double of_step = 1.0 - std::exp(-mean_of_step);
const double steps = (stop - start) / h;

TEST(Parrots, RepeatTheRateOfAGenerator) {
    const SpikeTrain train = repeated(1.0);
    const auto trains = by_parrot(train);
    const double deviation = std::sqrt(steps * of_step * (1.0 - of_step));
    double sum = 0.0;
    for (const auto& own : trains) {
        EXPECT_NEAR(static_cast<double>(own.size()), steps * of_step, 5.0 * deviation);
        sum += static_cast<double>(own.size());
    }
    EXPECT_NEAR(sum, parrots * steps * of_step, 4.0 * std::sqrt(double{parrots}) * deviation);
    const auto [first, last] = std::minmax_element(train.times.begin(), train.times.end());
    EXPECT_GT(*first, start + delay + 0.5 * h);
    EXPECT_LT(*first, start + delay + 3.0);
    EXPECT_LT(*last, stop + delay + 0.5 * h);
    EXPECT_GT(*last, stop + delay - 3.0);
}

/// Trains of two parrots meet as often as independent ones do.
TEST(Parrots, HaveTrainsOfTheirOwn) {
    const auto trains = by_parrot(repeated(1.0));
    const double together = steps * of_step * of_step;
    for (std::size_t i = 1; i < trains.size(); ++i) {
        std::vector<std::int64_t> both;
        std::set_intersection(trains[i - 1].begin(), trains[i - 1].end(), trains[i].begin(),
                              trains[i].end(), std::back_inserter(both));
        EXPECT_NEAR(static_cast<double>(both.size()), together, 6.0 * std::sqrt(together));
    }
}

/// Whatever the weight is, and on every layout alike.
TEST(Parrots, RepeatTheSameOnEveryLayout) {
    for (const double weight : {1.0, -2.5}) {
        const SpikeTrain train = repeated(weight);
        EXPECT_EQ(test::fingerprint(train.times, train.nodes), "9efdee2b5f78c15b (126898)")
            << weight;
    }
}

}  // namespace
}  // namespace engram
