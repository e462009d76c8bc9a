// SPDX-License-Identifier: Apache-2.0
// Random transmission: with the probability asked for, independently for synapses and spikes, and
// the same on every layout.
#include "state/random_kernel.hpp"

#include <algorithm>
#include <cmath>

#include "chi_square.hpp"
#include "engram_test.hpp"
#include "prescribed.hpp"
#include "simulation/observed.hpp"

namespace engram {
namespace {

constexpr double resolution = 1.0;  // ms
constexpr std::size_t sources = 20, targets = 40, rounds = 120;
constexpr Step delay_steps = 4;

/// Which synapse transmitted for which spike: [round][source][target].
using Transmitted = std::vector<std::vector<std::vector<double>>>;

/// The steps at which the sources spike, one after the other.
Step spike(std::size_t round, std::size_t source) {
    return static_cast<Step>(2 + round * sources + source);
}

/// Collective. What all synapses of weight 1 from every source onto every target transmitted.
Transmitted transmitted(double probability, std::uint64_t seed = 1,
                        const std::string& precision = "double", bool random_weights = false) {
    NetworkDescription d;
    d.resolution = resolution;
    d.seed = seed;
    d.weight_precision = precision;
    std::vector<test::Train> trains(sources);
    for (std::size_t r = 0; r < rounds; ++r)
        for (std::size_t s = 0; s < sources; ++s) trains[s].push_back(spike(r, s));
    test::add_parrots(d, "pre", trains);
    test::add_listeners(d, "post", targets);
    d.copy_model("bernoulli_synapse", "unreliable", {{"p_transmit", probability}});
    const Value weight = random_weights ? Value(uniform(1.0, 1.0 + 1e-6)) : Value(1.0);
    d.connect("pre", {"post"}, all_to_all(),
              {"unreliable", weight, to_ms(delay_steps, resolution)});
    Simulation simulation(test::world(), d, test::on_threads(test::threads()));
    simulation.run(to_ms(spike(rounds, 0) + delay_steps, resolution));
    const Trace trace = simulation.trace("inputs", "post", "V_m");
    Transmitted result(rounds, std::vector(sources, std::vector<double>(targets)));
    for (std::size_t r = 0; r < rounds; ++r)
        for (std::size_t s = 0; s < sources; ++s)
            for (std::size_t t = 0; t < targets; ++t)
                result[r][s][t] = std::round(trace.values.at(
                    static_cast<std::size_t>(spike(r, s) + delay_steps - 1) * targets + t));
    return result;
}

std::vector<double> all_of(const Transmitted& transmitted) {
    std::vector<double> result;
    for (const auto& round : transmitted)
        for (const auto& source : round) result.insert(result.end(), source.begin(), source.end());
    return result;
}

/// How often pairs of events were (no, no), (no, yes), (yes, no), (yes, yes).
void expect_independent(const std::vector<double>& a, const std::vector<double>& b, double p) {
    std::vector<double> counts(4, 0.0);
    for (std::size_t i = 0; i < a.size(); ++i)
        counts[static_cast<std::size_t>(2.0 * a[i] + b[i])] += 1.0;
    test::expect_distribution(counts, {(1 - p) * (1 - p), (1 - p) * p, p * (1 - p), p * p});
}

TEST(RandomKernel, TransmitsWithTheProbability) {
    for (const double p : {0.05, 0.3, 0.9}) {
        const auto events = all_of(transmitted(p));
        const auto yes = static_cast<double>(std::ranges::count(events, 1.0));
        const auto no = static_cast<double>(std::ranges::count(events, 0.0));
        EXPECT_EQ(yes + no, static_cast<double>(events.size()));
        test::expect_distribution({no, yes}, {1.0 - p, p});
    }
}

TEST(RandomKernel, TransmitsAllOrNothingAtTheEnds) {
    for (const double p : {0.0, 1.0})
        EXPECT_EQ(std::ranges::count(all_of(transmitted(p)), p),
                  static_cast<std::ptrdiff_t>(rounds * sources * targets));
}

/// Neighbours in time, among the sources, and among the targets know nothing of each other.
TEST(RandomKernel, DrawsIndependently) {
    constexpr double p = 0.4;
    const Transmitted got = transmitted(p);
    std::vector<double> here, later, other_source, other_target;
    for (std::size_t r = 0; r + 1 < rounds; ++r)
        for (std::size_t s = 0; s + 1 < sources; ++s)
            for (std::size_t t = 0; t + 1 < targets; ++t) {
                here.push_back(got[r][s][t]);
                later.push_back(got[r + 1][s][t]);
                other_source.push_back(got[r][s + 1][t]);
                other_target.push_back(got[r][s][t + 1]);
            }
    expect_independent(here, later, p);
    expect_independent(here, other_source, p);
    expect_independent(here, other_target, p);
}

TEST(RandomKernel, DependsOnTheSeedAlone) {
    const auto first = transmitted(0.5, 1);
    EXPECT_NE(first, transmitted(0.5, 2));
    EXPECT_EQ(first, transmitted(0.5, 1, "single"));
    EXPECT_EQ(first, transmitted(0.5, 1, "double", true));  // weights in columns
    EXPECT_EQ(first, transmitted(0.5, 1, "single", true));
    // The same on every layout that this test runs on.
    const auto events = all_of(first);
    EXPECT_EQ(test::fingerprint(events), "44ae5ed3d331773f (96000)");
}

/// Synapses of one source and target fail each on its own, also when there are more of them than a
/// segment holds.
TEST(RandomKernel, DrawsForEachOfManySynapsesOfAPair) {
    constexpr std::size_t multiple = 2500, spikes = 60;
    NetworkDescription d;
    d.resolution = resolution;
    test::Train train;
    for (std::size_t i = 0; i < spikes; ++i) train.push_back(static_cast<Step>(2 + 3 * i));
    test::add_parrots(d, "pre", {train});
    test::add_listeners(d, "post", 3);
    d.copy_model("bernoulli_synapse", "unreliable", {{"p_transmit", 0.5}});
    const Rule rule = fixed_indegree(multiple);
    d.connect("pre", {"post"}, rule, {"unreliable", 1.0, 2.0});
    Simulation simulation(test::world(), d, test::on_threads(test::threads()));
    simulation.run(3.0 * spikes + 5.0);
    const Trace trace = simulation.trace("inputs", "post", "V_m");
    double chi_square = 0.0;  // of binomial numbers, which are nearly normal
    for (const Step step : train)
        for (std::size_t t = 0; t < 3; ++t) {
            const double sum = trace.values.at(static_cast<std::size_t>(step + 1) * 3 + t);
            chi_square += (sum - multiple / 2.0) * (sum - multiple / 2.0) / (multiple / 4.0);
        }
    constexpr double degrees = 3.0 * spikes;
    EXPECT_NEAR(chi_square / degrees, 1.0, 4.9 * std::sqrt(2.0 / degrees));
    EXPECT_EQ(test::fingerprint(trace.values), "24be6d5ae7c46c19 (555)");
}

}  // namespace
}  // namespace engram
