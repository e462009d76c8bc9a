// SPDX-License-Identifier: Apache-2.0
// Poisson trains: counts, dispersion and independence; means that change with time.
#include <cmath>

#include "core/random.hpp"
#include "state/device_input.hpp"
#include "chi_square.hpp"
#include "engram_test.hpp"

namespace engram {
namespace {

constexpr RandomKey key{1, 2};
constexpr LocalIndex size = 640;
constexpr ActiveTime always{0, 1 << 20};
constexpr double mean = 0.05;

std::vector<DeviceConnection> connections(Step delay, std::uint32_t k = 0) {
    std::vector<DeviceConnection> result;
    for (LocalIndex t = 0; t < size; ++t) {
        DeviceConnection c;
        c.target = t;
        c.node = 1000 + t;
        c.k = k;
        c.delay = delay;
        result.push_back(c);
    }
    return result;
}

/// Counts of each target in consecutive windows of 100 steps.
std::vector<std::vector<double>> windows(DeviceInput& input, int count) {
    std::vector<std::vector<double>> result;
    for (Step arrival = 2, window = 0; window < count; ++window) {
        auto& sums = result.emplace_back(size, 0.0);
        for (int i = 0; i < 100; ++i) input.add(arrival++, {sums.data()});
    }
    return result;
}

TEST(PoissonInput, HasRateDispersionAndIndependenceOfPoissonTrains) {
    const auto input = make_poisson_input(
                   connections(1), [](Step) { return mean; }, always, key, 3),
               second = make_poisson_input(
                   connections(1, 1), [](Step) { return mean; }, always, key, 3),
               other = make_poisson_input(
                   connections(1), [](Step) { return mean; }, always, key, 4);
    constexpr int many = 150;
    const auto counts = windows(*input, many), of_k = windows(*second, many),
               of_projection = windows(*other, many);
    constexpr double expected = 100.0 * mean, total = many * static_cast<double>(size);
    double sum = 0.0, squares = 0.0, neighbours = 0.0, successors = 0.0, ks = 0.0,
           projections = 0.0;
    std::vector<double> bins(20, 0.0);
    for (std::size_t w = 0; w < counts.size(); ++w)
        for (std::size_t n = 0; n < size; ++n) {
            const double d = counts[w][n] - expected;
            sum += d;
            squares += d * d;
            neighbours += d * (counts[w][(n + 1) % size] - expected);
            successors += d * (counts[(w + 1) % counts.size()][n] - expected);
            ks += d * (of_k[w][n] - expected);
            projections += d * (of_projection[w][n] - expected);
            ++bins[static_cast<std::size_t>(std::min(counts[w][n], 19.0))];
        }
    const double error = 4.9 / std::sqrt(total);
    EXPECT_NEAR(sum / total, 0.0, error * std::sqrt(expected));
    const double fano = squares / total / expected;
    EXPECT_NEAR(fano, 1.0, error * std::sqrt(2.0 + 1.0 / expected));
    for (const double product : {neighbours, successors, ks, projections})
        EXPECT_NEAR(product / total / expected, 0.0, error);
    std::vector<double> probabilities;
    double rest = 1.0;
    for (int n = 0; n < 19; ++n) {
        probabilities.push_back(std::exp(n * std::log(expected) - expected - std::lgamma(n + 1.0)));
        rest -= probabilities.back();
    }
    probabilities.push_back(rest);
    test::expect_distribution(bins, probabilities);
}

/// Dense or listed, alone or beside connections of other delays.
TEST(PoissonInput, FollowsItsMean) {
    const auto course = [](Step step) { return step < 300 ? 0.0 : step < 600 ? 0.3 : 0.02; };
    const auto dense = make_poisson_input(connections(4), course, {0, 899}, key, 3);
    auto mixed = connections(4);
    for (const auto& c : connections(9, 1)) mixed.push_back(c);
    const auto listed = make_poisson_input(mixed, course, {0, 899}, key, 3),
               late = make_poisson_input(connections(9, 1), course, {0, 899}, key, 3);
    std::vector<double> phases(4, 0.0);
    for (Step arrival = 1; arrival < 1000; ++arrival) {
        std::vector<double> a(size, 0.0), b(size, 0.0), both(size, 0.0);
        dense->add(arrival, {a.data()});
        late->add(arrival, {b.data()});
        listed->add(arrival, {both.data()});
        const Step emission = arrival - 4;
        for (std::size_t n = 0; n < size; ++n) {
            EXPECT_EQ(both[n], a[n] + b[n]);
            phases[emission < 300 ? 0 : emission < 600 ? 1 : emission < 900 ? 2 : 3] += a[n];
        }
    }
    EXPECT_EQ(phases[0], 0.0);
    EXPECT_NEAR(phases[1], 300 * 0.3 * size, 4.9 * std::sqrt(300 * 0.3 * size));
    EXPECT_NEAR(phases[2], 300 * 0.02 * size, 4.9 * std::sqrt(300 * 0.02 * size));
    EXPECT_EQ(phases[3], 0.0);
}

TEST(PoissonInput, OfNoConnectionIsNone) {
    EXPECT_EQ(make_poisson_input(
                  {}, [](Step) { return 1.0; }, always, key, 0),
              nullptr);
}

}  // namespace
}  // namespace engram
