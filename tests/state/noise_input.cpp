// SPDX-License-Identifier: Apache-2.0
// Noise currents: when they change, how they are distributed, and that they do not depend on who
// asks.
#include <cmath>

#include "core/random.hpp"
#include "state/device_input.hpp"
#include "chi_square.hpp"
#include "engram_test.hpp"

namespace engram {
namespace {

constexpr RandomKey key{12, 34};
constexpr ActiveTime active{20, 1 << 20};
constexpr Step interval = 10;

std::vector<DeviceConnection> connections(LocalIndex size, NodeIndex first, Step delay,
                                          std::uint32_t k = 0) {
    std::vector<DeviceConnection> result;
    for (LocalIndex t = 0; t < size; ++t) {
        DeviceConnection c;
        c.target = t;
        c.node = first + t;
        c.k = k;
        c.delay = delay;
        result.push_back(c);
    }
    return result;
}

std::unique_ptr<DeviceInput> noise(std::vector<DeviceConnection> connections,
                                   std::uint32_t projection = 5) {
    return make_noise_input(
        std::move(connections), active, interval,
        [](Step step) {
            return NormalCurrent{100.0, step < 1000 ? 30.0 : 60.0};
        },
        key, projection);
}

std::vector<double> arriving(DeviceInput& input, Step arrival, std::size_t size) {
    std::vector<double> currents(size, 0.0);
    input.add(arrival, {nullptr, currents.data()});
    return currents;
}

TEST(NoiseInput, HoldsACurrentForAnInterval) {
    const auto input = noise(connections(5, 7, 3));
    std::vector<double> before(5, 0.0);
    for (Step arrival = 1; arrival < 200; ++arrival) {
        const auto now = arriving(*input, arrival, 5);
        const Step emission = arrival - 3;
        if (emission <= active.begin) EXPECT_EQ(now, std::vector<double>(5, 0.0));
        else if ((emission - active.begin - 1) % interval == 0) EXPECT_NE(now, before);
        else EXPECT_EQ(now, before);
        before = now;
    }
}

TEST(NoiseInput, DoesNotDependOnWhoAsks) {
    const auto whole = noise(connections(64, 100, 2));
    for (const Step start : {Step{23}, Step{57}, Step{1999}}) {
        const auto part = noise(connections(9, 131, 2));
        auto mixed = connections(3, 131, 2);
        for (const auto& c : connections(6, 134, 2)) mixed.push_back(c);
        for (auto& c : mixed) c.target = static_cast<LocalIndex>(c.node - 131);
        std::swap(mixed[1], mixed[7]);
        const auto unordered = noise(mixed);
        for (Step arrival = start; arrival < start + 30; ++arrival) {
            const auto all = arriving(*whole, arrival, 64);
            const std::vector<double> expected(all.begin() + 31, all.begin() + 40);
            EXPECT_EQ(arriving(*part, arrival, 9), expected);
            EXPECT_EQ(arriving(*unordered, arrival, 9), expected);
        }
    }
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
    const auto count = static_cast<double>(a.size());
    double mean_a = 0.0, mean_b = 0.0, ab = 0.0, aa = 0.0, bb = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        mean_a += a[i] / count;
        mean_b += b[i] / count;
    }
    for (std::size_t i = 0; i < a.size(); ++i) {
        ab += (a[i] - mean_a) * (b[i] - mean_b);
        aa += (a[i] - mean_a) * (a[i] - mean_a);
        bb += (b[i] - mean_b) * (b[i] - mean_b);
    }
    return ab / std::sqrt(aa * bb);
}

TEST(NoiseInput, IsNormalAndOfItsOwnForTargetTimeConnectionAndProjection) {
    constexpr LocalIndex size = 400;
    constexpr Step intervals = 90;
    const auto input = noise(connections(size, 0, 1)), second = noise(connections(size, 0, 1, 1)),
               other = noise(connections(size, 0, 1), 6);
    std::vector<double> here, neighbour, later, of_k, of_projection, bins(16, 0.0);
    double sum = 0.0, squares = 0.0;
    for (Step i = 0; i < intervals; ++i) {
        const Step arrival = active.begin + 2 + i * interval;
        const auto now = arriving(*input, arrival, size);
        const auto next = arriving(*input, arrival + interval, size);
        const auto k = arriving(*second, arrival, size), p = arriving(*other, arrival, size);
        for (std::size_t n = 0; n + 1 < size; ++n) {
            const double z = (now[n] - 100.0) / 30.0;
            sum += z;
            squares += z * z;
            const double uniform = 0.5 * std::erfc(-z / std::sqrt(2.0));
            ++bins[static_cast<std::size_t>(uniform * 16.0)];
            here.push_back(now[n]);
            neighbour.push_back(now[n + 1]);
            later.push_back(next[n]);
            of_k.push_back(k[n]);
            of_projection.push_back(p[n]);
        }
    }
    const auto count = static_cast<double>(here.size());
    EXPECT_NEAR(sum / count, 0.0, 4.9 / std::sqrt(count));
    EXPECT_NEAR(squares / count, 1.0, 4.9 * std::sqrt(2.0 / count));
    test::expect_distribution(bins, std::vector<double>(16, 1.0 / 16.0));
    for (const auto* others : {&neighbour, &later, &of_k, &of_projection})
        EXPECT_NEAR(correlation(here, *others), 0.0, 4.9 / std::sqrt(count));
}

TEST(NoiseInput, HasTheDistributionOfItsTime) {
    constexpr LocalIndex size = 20000;
    const auto input = noise(connections(size, 0, 1));
    // What is drawn at step 1000 arrives at step 1002 for the first time.
    for (const auto& [arrival, std] : {std::pair{Step{1001}, 30.0}, std::pair{Step{1002}, 60.0}}) {
        double squares = 0.0;
        for (const double value : arriving(*input, arrival, size))
            squares += (value - 100.0) * (value - 100.0) / size;
        EXPECT_NEAR(std::sqrt(squares), std, 4.9 * std / std::sqrt(2.0 * size)) << arrival;
    }
}

TEST(NoiseInput, AddsOverConnectionsOfAllDelaysAndWeights) {
    auto list = connections(3, 40, 2);
    auto more = connections(3, 40, 5, 1);
    const auto first = noise(list), later = noise(more);
    for (auto& c : more) c.weight = -2.0;
    auto all = list;
    all.insert(all.begin() + 1, more.begin(), more.end());
    const auto both = noise(all);
    for (Step arrival = 20; arrival < 80; ++arrival) {
        const auto a = arriving(*first, arrival, 3), b = arriving(*later, arrival, 3),
                   sum = arriving(*both, arrival, 3);
        for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(sum[i], a[i] - 2.0 * b[i]);
    }
}

TEST(NoiseInput, OfNoConnectionIsNone) { EXPECT_EQ(noise({}), nullptr); }

}  // namespace
}  // namespace engram
