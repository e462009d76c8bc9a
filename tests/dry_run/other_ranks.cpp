// SPDX-License-Identifier: Apache-2.0
// The ranks that a dry run makes up spike at the rates that are wanted, on rows of their neurons
// alone, and through the exchange as it is.
#include "dry_run/other_ranks.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "parallel/collectives.hpp"
#include "build/build.hpp"
#include "step/loop.hpp"
#include "dry_run/routes.hpp"
#include "engram_test.hpp"

namespace engram {
namespace {

constexpr int ranks = 5, rank = 2;

/// Alone, so that the same on all ranks of the test.
Communicator self() { return parallel::Access::duplicate(MPI_COMM_SELF); }

NetworkDescription description(double drive) {
    NetworkDescription d;
    d.population("A", "parrot_neuron", 1000);
    d.population("sink", "iaf_psc_delta", 1000);  // never spikes
    d.population("few", "parrot_neuron", 2);      // none on this rank
    d.device("drive", "poisson_generator", {{"rate", drive}});
    d.connect("A", {"sink"}, fixed_indegree(4), {.weight = 0.0, .delay = 1.0});
    d.connect("few", {"sink"}, all_to_all(), {.weight = 0.0, .delay = 1.5});
    d.connect("drive", {"A"}, all_to_all(), {.delay = 1.0});
    return d;
}

class OtherRanks : public testing::Test {
protected:
    void build(double drive, std::optional<double> rate) {
        network = resolve(description(drive), registry);
        state =
            build::build_share(comm, rank, network, registry, partition, {}, [&](RankState& built) {
                dry_run::model_routes(network, partition,
                                      dry_run::Reach(network, registry, partition), rank, built);
            });
        others = std::make_shared<dry_run::OtherRanks>(network, partition, rank, state, rate);
    }
    [[nodiscard]] bool own(Row row) const {
        const GlobalIndex source = state.row_sources[row];
        const std::size_t p = source < 1000 ? 0 : 2;
        return partition.owner(p, source - network.populations[p].first) / partition.threads() ==
               rank;
    }

    const Communicator comm = self();
    const Registry registry = builtin_models();
    const Partition partition{{1000, 1000, 2}, ranks, test::threads()};
    Network network;
    RankState state;
    std::shared_ptr<dry_run::OtherRanks> others;
};

TEST_F(OtherRanks, SpikeAtTheGivenRateOnRowsOfTheirOwn) {
    constexpr double wanted = 400.0;
    build(0.0, wanted);
    step::Exchange exchange(comm, others, state.vps.size(), state.min_delay);
    constexpr int intervals = 300;
    std::set<Row> seen;
    std::uint64_t spikes = 0;
    for (int i = 0; i < intervals; ++i) {
        for (std::size_t t = 0; t < state.vps.size(); ++t) exchange.count(t, state.vps[t]);
        for (std::size_t t = 0; t < state.vps.size(); ++t) exchange.fill(t, state.vps[t]);
        EXPECT_EQ(exchange.communicate(step::flag_flush, state.vps),
                  static_cast<std::uint32_t>(step::flag_flush));
        for (std::size_t t = 0; t < state.vps.size(); ++t) exchange.sort(t);
        for (std::size_t lag = 0; lag < exchange.lags(); ++lag) {
            const auto rows = exchange.rows(lag);
            EXPECT_TRUE(std::ranges::is_sorted(rows));
            seen.insert(rows.begin(), rows.end());
            spikes += rows.size();
        }
        exchange.adapt();
    }
    std::size_t remote = 0;
    for (Row row = 0; row < state.row_sources.size(); ++row) {
        EXPECT_EQ(seen.contains(row), !own(row));
        remote += own(row) ? 0u : 1u;
    }
    const double expected = wanted / 1000.0 * intervals * static_cast<double>(remote);
    EXPECT_NEAR(static_cast<double>(spikes), expected, 4.0 * std::sqrt(expected));
    EXPECT_EQ(others->messages().received, spikes);
    EXPECT_EQ(exchange.exchanges(), std::uint64_t{intervals});
    EXPECT_GT(exchange.second_rounds(), 0u);
    EXPECT_EQ(others->messages().second_rounds, exchange.second_rounds());
}

TEST_F(OtherRanks, SpikeAsThePopulationDoesHere) {
    build(40.0, {});
    step::Loop loop(comm, state, others);
    loop.run(20000, {});
    const double here = 1000.0 * others->rates().here(0);
    EXPECT_NEAR(others->mean_rate(0), here, 0.1 * here);
    EXPECT_EQ(others->mean_rate(1), 0.0);                       // no sources
    EXPECT_NEAR(others->mean_rate(2), 0.5 * here, 0.2 * here);  // the mean of all
}

}  // namespace
}  // namespace engram
