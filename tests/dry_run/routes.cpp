// SPDX-License-Identifier: Apache-2.0
// The routes that a dry run draws are as many as the real ones, and those of a rank to itself the
// same.
#include "dry_run/routes.hpp"

#include <algorithm>
#include <cmath>

#include "parallel/collectives.hpp"
#include "build/build.hpp"
#include "engram_test.hpp"

namespace engram {
namespace {

using test::world;

NetworkDescription description() {
    NetworkDescription d;
    d.population("A", "parrot_neuron", 4000);
    d.population("B", "parrot_neuron", 3000);
    d.population("few", "parrot_neuron", 2);
    d.connect("A", {"A"}, fixed_indegree(1));
    d.connect("A", {"B"}, fixed_total_number(500));
    d.connect("B", {"A", "B"}, fixed_indegree(1, true, false));
    d.connect("B", {"few"}, all_to_all());
    d.connect("few", {"A"}, all_to_all());
    return d;
}

class Routes : public testing::Test {
protected:
    const Registry registry = builtin_models();
    const Network network = resolve(description(), registry);
    const Partition partition{{4000, 3000, 2}, world().size(), test::threads()};
    const RankState real = build::build(world(), network, registry, partition, {});

    RankState modelled() const {
        return build::build_share(
            world(), world().rank(), network, registry, partition, {}, [&](RankState& state) {
                dry_run::model_routes(network, partition,
                                      dry_run::Reach(network, registry, partition), world().rank(),
                                      state);
            });
    }
    /// Collective. Routes of a population's neurons on all ranks to `rank`.
    double count(const RankState& state, std::size_t population, int rank) const {
        std::uint64_t sum = 0;
        for (const auto& vp : state.vps)
            for (LocalIndex i = 0; i < vp.slices[population].size; ++i)
                for (const SpikeRoute& route : vp.routes_of(vp.slices[population].first + i))
                    sum += static_cast<int>(route.rank) == rank ? 1u : 0u;
        return static_cast<double>(parallel::sum(world(), sum));
    }
};

TEST_F(Routes, AreAsManyAsTheRealOnes) {
    const RankState drawn = modelled();
    for (std::size_t p = 0; p < network.populations.size(); ++p)
        for (int rank = 0; rank < world().size(); ++rank) {
            const double expected = count(real, p, rank);
            EXPECT_NEAR(count(drawn, p, rank), expected, 4.0 * std::sqrt(expected))
                << network.populations[p].name << " to " << rank;
        }
}

TEST_F(Routes, ToTheRankItselfAreTheRealOnesAndAllAreInOrder) {
    const RankState drawn = modelled();
    const auto own = static_cast<std::uint32_t>(world().rank());
    for (std::size_t t = 0; t < real.vps.size(); ++t) {
        const auto& last = real.vps[t].slices.back();
        for (LocalIndex neuron = 0; neuron < last.first + last.size; ++neuron) {
            std::vector<Row> expected, found;
            for (const auto& r : real.vps[t].routes_of(neuron))
                if (r.rank == own) expected.push_back(r.row);
            const auto routes = drawn.vps[t].routes_of(neuron);
            for (const auto& r : routes)
                if (r.rank == own) found.push_back(r.row);
            EXPECT_EQ(found, expected);
            EXPECT_TRUE(std::ranges::is_sorted(routes, {}, &SpikeRoute::rank));
        }
    }
}

TEST_F(Routes, ComeOutTheSameAgain) {
    const RankState once = modelled(), again = modelled();
    for (std::size_t t = 0; t < once.vps.size(); ++t)
        EXPECT_TRUE(std::ranges::equal(once.vps[t].routes, again.vps[t].routes,
                                       [](const SpikeRoute& a, const SpikeRoute& b) {
                                           return a.rank == b.rank && a.row == b.row;
                                       }));
}

}  // namespace
}  // namespace engram
