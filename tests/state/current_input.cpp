// SPDX-License-Identifier: Apache-2.0
// Currents in the row of a slice against the sum over its connections.
#include "core/random.hpp"
#include "state/device_input.hpp"
#include "engram_test.hpp"

namespace engram {
namespace {

constexpr LocalIndex size = 50;
constexpr double untouched = 7.0;

double course(Step step) { return 10.0 + 3.0 * static_cast<double>(step); }

DeviceConnection connection(LocalIndex target, std::uint32_t k, double weight, Step delay) {
    DeviceConnection c;
    c.target = target;
    c.node = 1000 + target;
    c.k = k;
    c.weight = weight;
    c.delay = delay;
    return c;
}

void expect_sums(const std::vector<DeviceConnection>& connections) {
    constexpr ActiveTime active{20, 40};
    const auto input = make_current_input(connections, active, course);
    for (Step arrival = 15; arrival < 60; ++arrival) {
        std::vector<double> spikes(size, untouched), got(size, 0.5), expected(size, 0.5);
        input->add(arrival, {spikes.data(), got.data()});
        for (Step delay = 1; delay < 20; ++delay)  // the order of the sums
            for (const auto& c : connections)
                if (c.delay == delay && active.contains(arrival - delay))
                    expected[c.target] += c.weight * course(arrival - delay - 1);
        EXPECT_EQ(got, expected) << "arrival " << arrival;
        EXPECT_EQ(spikes, std::vector<double>(size, untouched));
    }
}

TEST(CurrentInput, ReachesTheWholeSlice) {
    std::vector<DeviceConnection> connections;
    for (LocalIndex t = 0; t < size; ++t) connections.push_back(connection(t, 0, -1.5, 3));
    expect_sums(connections);
    const auto active = make_current_input(connections, {0, 1}, course);
    EXPECT_LT(active->bytes(), 100u);
}

TEST(CurrentInput, ReachesSomeSeveralTimes) {
    RandomStream random({3, 9}, 0, 0);
    std::vector<DeviceConnection> connections;
    for (LocalIndex t = 0; t < size; ++t)
        for (std::uint32_t k = 0; k < random.below(4); ++k)
            connections.push_back(connection(t, k, random.below(2) == 0 ? 1.0 : random.uniform(),
                                             1 + static_cast<Step>(random.below(3))));
    expect_sums(connections);
}

TEST(CurrentInput, OfNoConnectionIsNone) {
    EXPECT_EQ(make_current_input({}, {0, 9}, course), nullptr);
}

}  // namespace
}  // namespace engram
