// SPDX-License-Identifier: Apache-2.0
// Random weights and delays of synapses, drawn again where they lie beyond bounds: against their
// distributions (Kolmogorov and Smirnov), each on its own.
#include <algorithm>
#include <cmath>
#include <functional>

#include "build/target_synapses.hpp"
#include "chi_square.hpp"
#include "engram_test.hpp"

namespace engram {
namespace {

struct Values {
    std::vector<double> weights, delays;  ///< delays in steps
};

Values drawn(const Value& weight, const Value& delay) {
    static const Registry registry = builtin_models();
    NetworkDescription d;
    d.population("A", "iaf_psc_delta", 300);
    d.connect("A", {"A"}, fixed_indegree(130), {.weight = weight, .delay = delay});
    const Network network = resolve(d, registry);
    build::TargetSynapses make(network, registry, 0, nullptr);
    make.prepare(0, 300);
    Values values;
    for (NodeIndex target = 0; target < 300; ++target) {
        make.draw(target);
        values.weights.insert(values.weights.end(), make.weights().begin(), make.weights().end());
        values.delays.insert(values.delays.end(), make.delays().begin(), make.delays().end());
    }
    return values;
}

/// Fails by chance once in a million: 2 exp(-2 x^2) for x = 2.7.
void expect_follows(std::vector<double> values, const std::function<double(double)>& below) {
    std::sort(values.begin(), values.end());
    const auto n = static_cast<double>(values.size());
    double farthest = 0.0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double p = below(values[i]), rank = static_cast<double>(i) / n;
        farthest = std::max({farthest, p - rank, rank + 1.0 / n - p});
    }
    EXPECT_LT(farthest * std::sqrt(n), 2.7);
}

using Below = std::function<double(double)>;

/// The part of a distribution that lies within bounds.
Below within(const Below& below, double min, double max) {
    return [=](double x) { return (below(x) - below(min)) / (below(max) - below(min)); };
}

Below normal_below(double mean, double sd) {
    return [=](double x) { return 0.5 * std::erfc(-(x - mean) / (sd * std::sqrt(2.0))); };
}

TEST(ValuesStatistics, WeightsFollowTheirDistributions) {
    const Below lognormal_below = [](double x) { return normal_below(0.1, 0.4)(std::log(x)); };
    const Below exponential_below = [](double x) { return -std::expm1(-x / 0.7); };
    const Below uniform_below = [](double x) { return (x + 1.0) / 4.0; };
    const auto weights = [](const Random& random) { return drawn(random, 1.0).weights; };
    expect_follows(weights(normal(2.0, 0.5)), normal_below(2.0, 0.5));
    expect_follows(weights(lognormal(0.1, 0.4)), lognormal_below);
    expect_follows(weights(exponential(0.7)), exponential_below);
    expect_follows(weights(uniform(-1.0, 3.0)), uniform_below);
    expect_follows(weights(redraw(normal(2.0, 0.5), 1.8, 3.0)),
                   within(normal_below(2.0, 0.5), 1.8, 3.0));
    expect_follows(weights(redraw(lognormal(0.1, 0.4), 0.0, 1.5)),
                   within(lognormal_below, 1e-300, 1.5));
    expect_follows(weights(redraw(exponential(0.7), 0.5, 2.0)),
                   within(exponential_below, 0.5, 2.0));
    expect_follows(weights(redraw(uniform(-1.0, 3.0), 0.0, 1.0)), within(uniform_below, 0.0, 1.0));
}

/// Drawn, redrawn and then rounded to steps.
TEST(ValuesStatistics, DelaysFollowTheirDistributions) {
    const Below below = within(normal_below(1.5, 0.75), 0.1, 3.0);
    std::vector<double> counts(31, 0.0), probabilities(31, 0.0);
    for (const double steps : drawn(1.0, redraw(normal(1.5, 0.75), 0.1, 3.0)).delays)
        ++counts.at(static_cast<std::size_t>(steps));
    for (std::size_t s = 1; s <= 30; ++s) {
        const double ms = static_cast<double>(s) / 10.0;
        probabilities[s] = below(std::min(3.0, ms + 0.05)) - below(std::max(0.1, ms - 0.05));
    }
    test::expect_distribution(counts, probabilities);
}

/// A weight tells nothing of the delay, of the next weight, or of where drawing again happened.
TEST(ValuesStatistics, ValuesAreIndependent) {
    const Values values =
        drawn(redraw(normal(0.0, 1.0), -0.5, 2.0), redraw(normal(3.0, 1.0), 2.5, 5.0));
    const Below weight_below = within(normal_below(0.0, 1.0), -0.5, 2.0);
    constexpr int bins = 8;
    std::vector<double> with_delay(bins * 2, 0.0), with_next(bins * bins, 0.0);
    std::vector<double> sorted = values.delays;
    std::sort(sorted.begin(), sorted.end());
    const double middle = sorted[sorted.size() / 2];
    double above = 0.0;
    const auto bin = [&](std::size_t i) {
        return std::min(bins - 1, static_cast<int>(bins * weight_below(values.weights[i])));
    };
    for (std::size_t i = 0; i + 1 < values.weights.size(); i += 2) {
        const int high = values.delays[i] > middle ? 1 : 0;
        above += high;
        ++with_delay[static_cast<std::size_t>(2 * bin(i) + high)];
        ++with_next[static_cast<std::size_t>(bins * bin(i) + bin(i + 1))];
    }
    const double p = above / static_cast<double>(values.weights.size() / 2);
    std::vector<double> expected;
    for (int i = 0; i < bins; ++i) {
        expected.push_back((1.0 - p) / bins);
        expected.push_back(p / bins);
    }
    test::expect_distribution(with_delay, expected);
    test::expect_distribution(with_next, std::vector<double>(bins * bins, 1.0 / (bins * bins)));
}

}  // namespace
}  // namespace engram
