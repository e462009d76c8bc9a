// SPDX-License-Identifier: Apache-2.0
// Every spike reaches the ranks that have targets of it, in order, however many there are at once.
#include "step/exchange.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include "engram_test.hpp"
#include "simulation/observed.hpp"

namespace engram {
namespace {

using test::world;

/// Whether a neuron spikes in a step of an interval.
using Spikes = std::function<bool(std::uint64_t interval, std::uint32_t lag, std::uint32_t neuron)>;

constexpr std::uint32_t neurons_of_vp = 500;
constexpr std::uint32_t lags = 5;

bool routed(std::uint32_t neuron, int rank) {
    return ((neuron * 2654435761u >> 16) + static_cast<std::uint32_t>(rank)) % 3 != 0;
}

/// The exchange of VPs that have neurons and routes only. A neuron's row is its number everywhere.
class Exchanged {
public:
    explicit Exchanged(std::size_t threads) : vps_(threads), exchange_(world(), threads, lags) {
        for (std::size_t t = 0; t < threads; ++t) {
            VirtualProcess& vp = vps_[t];
            vp.index = world().rank() * static_cast<int>(threads) + static_cast<int>(t);
            vp.route_begin = Buffer<std::uint32_t>(neurons_of_vp + 1);
            std::vector<SpikeRoute> routes;
            for (std::uint32_t n = 0; n < neurons_of_vp; ++n) {
                vp.route_begin[n] = static_cast<std::uint32_t>(routes.size());
                for (int rank = 0; rank < world().size(); ++rank)
                    if (routed(number(vp, n), rank))
                        routes.push_back({static_cast<std::uint32_t>(rank), number(vp, n)});
            }
            vp.route_begin[neurons_of_vp] = static_cast<std::uint32_t>(routes.size());
            vp.routes = Buffer<SpikeRoute>(routes.size());
            std::copy(routes.begin(), routes.end(), vp.routes.begin());
        }
    }

    /// One interval, as the loop does it. Whether all that had to arrive did, and nothing else.
    bool arrive(std::uint64_t interval, const Spikes& spikes) {
        for (auto& vp : vps_) {
            vp.spikes.clear();
            for (std::uint32_t lag = 0; lag < lags; ++lag)
                for (std::uint32_t n = 0; n < neurons_of_vp; ++n)
                    if (spikes(interval, lag, number(vp, n))) vp.spikes.push_back({n, lag});
        }
        for (std::size_t t = 0; t < vps_.size(); ++t) exchange_.count(t, vps_[t]);
        for (std::size_t t = 0; t < vps_.size(); ++t) exchange_.fill(t, vps_[t]);
        exchange_.communicate(0, vps_);
        for (std::size_t t = 0; t < vps_.size(); ++t) exchange_.sort(t);
        bool right = true;
        for (std::uint32_t lag = 0; lag < lags; ++lag)
            right =
                right && std::ranges::equal(exchange_.rows(lag), expected(interval, lag, spikes));
        exchange_.adapt();
        return right;
    }

    [[nodiscard]] step::Exchange& exchange() { return exchange_; }
    [[nodiscard]] std::vector<VirtualProcess>& vps() { return vps_; }

private:
    /// Neurons are dealt out to the VPs, so that no rank has all of the first rows.
    [[nodiscard]] std::uint32_t number(const VirtualProcess& vp, std::uint32_t neuron) const {
        const auto vps =
            static_cast<std::uint32_t>(world().size()) * static_cast<std::uint32_t>(vps_.size());
        return neuron * vps + static_cast<std::uint32_t>(vp.index);
    }
    [[nodiscard]] std::vector<Row> expected(std::uint64_t interval, std::uint32_t lag,
                                            const Spikes& spikes) const {
        const auto all = static_cast<std::uint32_t>(world().size()) *
                         static_cast<std::uint32_t>(vps_.size()) * neurons_of_vp;
        std::vector<Row> rows;
        for (std::uint32_t n = 0; n < all; ++n)
            if (routed(n, world().rank()) && spikes(interval, lag, n)) rows.push_back(n);
        return rows;
    }

    std::vector<VirtualProcess> vps_;
    step::Exchange exchange_;
};

bool sparse(std::uint64_t interval, std::uint32_t lag, std::uint32_t neuron) {
    return (neuron * 7919 + lag * 104729 + interval * 1299709) % 521 == 0;
}

TEST(Exchange, BringsSparseSpikesInOneRound) {
    Exchanged network(static_cast<std::size_t>(test::threads()));
    for (std::uint64_t interval = 0; interval < 50; ++interval)
        ASSERT_TRUE(network.arrive(interval, sparse)) << interval;
    EXPECT_EQ(network.exchange().exchanges(), 50u);
    EXPECT_EQ(network.exchange().second_rounds(), 0u);
}

TEST(Exchange, BringsNothingWhenNothingSpikes) {
    Exchanged network(static_cast<std::size_t>(test::threads()));
    ASSERT_TRUE(network.arrive(0, [](auto, auto, auto) { return true; }));
    ASSERT_TRUE(network.arrive(1, [](auto, auto, auto) { return false; }));
}

/// One rank bursts in interval 3: all take part in the second round, enlarge their blocks alike and
/// need no second round for the next burst; when bursts stay away the blocks shrink again.
TEST(Exchange, GrowsWithABurstAndShrinksAfterwards) {
    Exchanged network(static_cast<std::size_t>(test::threads()));
    const auto vps = static_cast<std::uint32_t>(world().size() * test::threads());
    const Spikes bursts = [vps](auto interval, auto lag, auto neuron) {
        if (interval == 3 || interval == 5) return neuron % vps == vps - 1 && lag % 2 == 1;
        return sparse(interval, lag, neuron);
    };
    auto& exchange = network.exchange();
    const std::size_t small = exchange.capacity();
    for (std::uint64_t interval = 0; interval < 7; ++interval) {
        ASSERT_TRUE(network.arrive(interval, bursts)) << interval;
        EXPECT_EQ(exchange.second_rounds(), interval < 3 ? 0u : 1u) << interval;
        EXPECT_EQ(exchange.capacity() > small, interval >= 3) << interval;
    }
    for (std::uint64_t interval = 7; interval < 2100; ++interval)
        ASSERT_TRUE(network.arrive(interval, bursts)) << interval;
    EXPECT_EQ(exchange.capacity(), small);
    EXPECT_EQ(exchange.second_rounds(), 1u);
}

/// The last spike that fits into a block, and the first that does not.
TEST(Exchange, FillsBlocksToTheLastPlace) {
    for (const std::uint32_t count : {63u, 64u, 65u, 66u}) {
        Exchanged network(1);
        const auto ranks = static_cast<std::uint32_t>(world().size());
        std::set<std::uint32_t> first;  // of rank 0, with targets on rank 0
        for (std::uint32_t n = 0; first.size() < count; n += ranks)
            if (routed(n, 0)) first.insert(n);
        const Spikes spikes = [&](auto, auto lag, auto n) { return lag == 2 && first.contains(n); };
        EXPECT_TRUE(network.arrive(0, spikes)) << count;
        EXPECT_EQ(network.exchange().second_rounds(), count > 64 ? 1u : 0u);
    }
}

TEST(Exchange, CarriesTheFlagsOfAllRanks) {
    Exchanged network(1);
    const auto mine = std::uint32_t{1} << (4 + world().rank());
    const std::uint32_t all = (std::uint32_t{1} << (4 + world().size())) - 16;
    network.exchange().count(0, network.vps()[0]);
    network.exchange().fill(0, network.vps()[0]);
    EXPECT_EQ(network.exchange().communicate(mine, network.vps()), all);
}

/// A network that bursts: 1200 parrots spike together and make 1200 others spike after delays of
/// their own.
TEST(Exchange, BurstsOfANetworkArriveOnTime) {
    constexpr std::uint64_t size = 1200;
    NetworkDescription d;
    d.population("A", "parrot_neuron", size);
    d.population("B", "parrot_neuron", size);
    const std::vector<double> burst_times{1.0, 20.3, 20.4, 31.0, 31.1, 31.2};
    d.device("stimulus", "spike_generator", {{"spike_times", burst_times}});
    d.connect("stimulus", {"A"}, all_to_all(), {.delay = 0.5});
    ConnectionList list;
    std::vector<std::pair<Step, NodeIndex>> expected;
    for (std::uint64_t i = 0; i < size; ++i) {
        const std::uint64_t target = (37 * i + 5) % size, delay = 4 + i % 7;
        list.source.push_back(i);
        list.target.push_back(target);
        list.delay.push_back(static_cast<double>(delay) / 10.0);
        for (const double time : burst_times)
            expected.emplace_back(std::llround(10.0 * time) + 5 + static_cast<Step>(delay), target);
    }
    std::ranges::sort(expected);
    d.connect("A", {"B"}, explicit_list(list));
    d.recorder("spikes", "spike_recorder", {"B"});

    Simulation simulation(world(), d, test::on_threads(test::threads()));
    simulation.run(40.0);
    const SpikeTrain train = simulation.spikes("spikes", "B");
    std::vector<std::pair<Step, NodeIndex>> got;
    for (std::size_t i = 0; i < train.times.size(); ++i)
        got.emplace_back(std::llround(10.0 * train.times[i]), train.nodes[i]);
    EXPECT_EQ(got, expected);
    EXPECT_GT(simulation.timing().second_rounds, 0u);
    EXPECT_LT(simulation.timing().second_rounds, burst_times.size());
}

}  // namespace
}  // namespace engram
