// SPDX-License-Identifier: Apache-2.0
// What delivery and the exchange rest on: rows in the order of sources, segments in the order of
// delays, and every neuron's spikes sent to just the ranks that have targets of it.
#include "build/rows.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "parallel/collectives.hpp"
#include "build/build.hpp"
#include "engram_test.hpp"

namespace engram {
namespace {

using test::world;

NetworkDescription description() {
    NetworkDescription d;
    d.population("A", "iaf_psc_delta", 50);
    d.population("B", "parrot_neuron", 1);
    d.population("C", "parrot_neuron", 30);
    d.population("many", "parrot_neuron", 9000);
    d.device("noise", "poisson_generator", {{"rate", 100.0}});
    const Value delay = uniform(0.5, 4.0);
    d.connect("A", {"A", "C"}, fixed_indegree(3), {.weight = normal(0.0, 1.0), .delay = delay});
    d.connect("noise", {"A"}, all_to_all());
    d.connect("B", {"A"}, all_to_all(), {.delay = delay});
    d.connect("C", {"C"}, one_to_one());
    d.connect("C", {"B"}, fixed_indegree(1));
    d.connect("B", {"many"}, all_to_all());
    return d;
}

class Rows : public testing::Test {
protected:
    static std::vector<std::uint64_t> sizes(const Network& network) {
        std::vector<std::uint64_t> result;
        for (const auto& p : network.populations) result.push_back(p.size);
        return result;
    }
    const Registry registry = builtin_models();
    const Network network = resolve(description(), registry);
    const Partition partition{sizes(network), world().size(), test::threads()};
    const RankState state = build::build(world(), network, registry, partition, {});
};

TEST_F(Rows, AreInTheOrderOfSourcesAndSegmentsInThatOfDelays) {
    for (Row row = 1; row < state.row_sources.size(); ++row)
        EXPECT_LT(state.row_sources[row - 1], state.row_sources[row]);
    for (const auto& vp : state.vps)
        for (Row row = 0; row < state.row_sources.size(); ++row) {
            const auto order = [&](const Segment& s) {
                const SegmentKind& kind = vp.synapses.kind(s);
                return std::tuple(kind.delay, kind.columns, kind.receptor, kind.block, s.begin());
            };
            EXPECT_TRUE(std::ranges::is_sorted(vp.synapses.row(row), {}, order));
        }
}

/// Each synapse stands in one segment, and every row has some on some VP.
TEST_F(Rows, HoldEachSynapseOnce) {
    std::vector<std::uint64_t> of_row(state.row_sources.size(), 0);
    for (const auto& vp : state.vps) {
        std::vector<std::vector<int>> seen;
        for (const auto& columns : vp.synapses.columns) seen.emplace_back(columns.size, 0);
        for (Row row = 0; row < state.row_sources.size(); ++row)
            for (const Segment& s : vp.synapses.row(row)) {
                EXPECT_GT(s.length(), 0u);
                for (std::size_t k = 0; k < s.length(); ++k)
                    ++seen[vp.synapses.kind(s).columns].at(s.begin() + k);
                of_row[row] += s.length();
            }
        for (const auto& columns : seen) EXPECT_EQ(columns, std::vector<int>(columns.size(), 1));
    }
    EXPECT_TRUE(std::ranges::find(of_row, 0u) == of_row.end());
}

/// However large the network is of which few neurons have targets here.
TEST_F(Rows, AreNumberedInLargeNetworksToo) {
    const auto of = [](GlobalIndex source) { return build::SourceSegment{source, {0, 0, 1}}; };
    const std::vector<std::vector<build::SourceSegments>> segments{
        {{of(3), of(3), of(90)}, {of(5), of(90)}}, {{}, {of(5), of(64), of(127)}}};
    const std::vector<GlobalIndex> expected{3, 5, 64, 90, 127};
    EXPECT_EQ(build::number_rows(128, segments), expected);
    EXPECT_EQ(build::number_rows(std::uint64_t{1} << 50, segments), expected);
}

/// (source, rank, row) of all routes are those of all rows.
TEST_F(Rows, RoutesLeadToThem) {
    std::vector<std::uint64_t> routes, rows;
    for (std::size_t row = 0; row < state.row_sources.size(); ++row)
        rows.insert(rows.end(),
                    {state.row_sources[row], static_cast<std::uint64_t>(world().rank()), row});
    for (const auto& vp : state.vps)
        for (std::size_t p = 0; p < vp.slices.size(); ++p)
            for (LocalIndex n = 0; n < vp.slices[p].size; ++n) {
                const LocalIndex neuron = vp.slices[p].first + n;
                for (std::uint32_t i = vp.route_begin[neuron]; i < vp.route_begin[neuron + 1]; ++i)
                    routes.insert(routes.end(),
                                  {network.populations[p].first + vp.slices[p].begin + n,
                                   vp.routes[i].rank, vp.routes[i].row});
            }
    const auto all = [](const std::vector<std::uint64_t>& local) {
        const auto flat = parallel::concatenate(world(), std::span(local));
        std::multiset<std::tuple<std::uint64_t, std::uint64_t, std::uint64_t>> result;
        for (std::size_t i = 0; i < flat.size(); i += 3)
            result.emplace(flat[i], flat[i + 1], flat[i + 2]);
        return result;
    };
    EXPECT_EQ(all(routes), all(rows));
}

TEST_F(Rows, DelaysOfTheNetworkAreKnownToAll) {
    Step low = 65536, high = 0;
    for (const auto& vp : state.vps)
        for (const Segment& s : vp.synapses.segments) {
            low = std::min<Step>(low, vp.synapses.kind(s).delay);
            high = std::max<Step>(high, vp.synapses.kind(s).delay);
        }
    EXPECT_EQ(state.min_delay, parallel::min(world(), low));
    EXPECT_EQ(state.max_delay, parallel::max(world(), high));
    EXPECT_EQ(state.min_delay, 5);
}

}  // namespace
}  // namespace engram
