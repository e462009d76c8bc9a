// SPDX-License-Identifier: Apache-2.0
// Synapses in the order of their targets, in several pieces: each once, in its place.
#include "store/target_order.hpp"

#include <algorithm>
#include <tuple>

#include "build/agree.hpp"
#include "build/build.hpp"
#include "checkpoint/layouts.hpp"
#include "same_bytes.hpp"

namespace engram {
namespace {

namespace fs = std::filesystem;
using test::world;

/// 320,000 synapses, more as a piece holds on one VP, and many with the same
/// ends.
NetworkDescription network() {
    NetworkDescription d;
    d.population("A", "iaf_psc_delta", 70);
    d.population("B", "iaf_psc_delta", 500);
    d.copy_model("stdp_synapse_hom", "plastic", {{"Wmax", 2.0}});
    d.device("drive", "poisson_generator", {{"rate", 30000.0}});
    d.connect("drive", {"A", "B"}, all_to_all(), {.weight = 1.0});
    d.connect("A", {"B"}, fixed_indegree(640), {"plastic", uniform(0.0, 0.01), uniform(1.0, 4.0)});
    return d;
}

TEST(TargetOrder, VisitsEachSynapseOnceInItsPlace) {
    const Registry registry = builtin_models();
    const Network resolved = resolve(network(), registry);
    const Partition partition = build::partition_of(world(), resolved, test::threads());
    const RankState state = build::build(world(), resolved, registry, partition, {});
    const std::size_t projection = resolved.projections.size() - 1;
    for (const auto& vp : state.vps) {
        using Synapse = std::tuple<std::size_t, Row, std::uint16_t>;  // target, source, delay
        std::vector<Synapse> all;
        std::size_t pieces = 0;
        for (TargetOrder order(vp, projection, vp.slices[1].size); order.next(); ++pieces) {
            std::vector<Synapse> piece(order.size());
            std::vector<int> visits(order.size(), 0);
            order.visit([&](std::size_t place, Row row, const Segment& s, std::size_t k) {
                const auto& targets = vp.synapses.columns_of(projection).targets;
                piece[place] = {targets[s.begin + k], row, s.delay};
                ++visits[place];
            });
            EXPECT_EQ(std::count(visits.begin(), visits.end(), 1),
                      static_cast<std::ptrdiff_t>(visits.size()));
            all.insert(all.end(), piece.begin(), piece.end());
        }
        EXPECT_EQ(all.size(), vp.synapses.places[projection].synapses);
        EXPECT_TRUE(std::is_sorted(all.begin(), all.end()));
        if (world().size() * test::threads() == 1) {
            EXPECT_GE(pieces, 2u);
        }
    }
}

/// Pieces end elsewhere on each layout; the files do not show it, and what they hold returns to its
/// place.
TEST(TargetOrder, LeavesNoTraceInFiles) {
    const auto folder = test::temporary_folder();
    const auto path = [&](const test::Layout& layout, const char* name) {
        return folder / fmt::format("{}x{}_{}", layout.ranks, layout.threads, name);
    };
    const std::vector<test::Layout> layouts{{1, 1}, {world().size(), 2}, {1, 3}};
    for (const auto& layout : layouts)
        test::on_ranks(layout.ranks, [&](const Communicator& comm) {
            RunOptions options;
            options.threads = layout.threads;
            Simulation simulation(comm, network(), options);
            simulation.run(10.0);
            simulation.store(path(layout, "network.h5").string());
            simulation.checkpoint(path(layout, "middle.h5").string());
        });
    for (std::size_t i = 0; i < layouts.size(); ++i)
        test::on_ranks(layouts[i].ranks, [&](const Communicator& comm) {
            RunOptions options;
            options.threads = layouts[i].threads;
            options.resume_from = path(layouts[(i + 1) % layouts.size()], "middle.h5").string();
            Simulation simulation(comm, network(), options);
            simulation.run(10.0);
            simulation.checkpoint(path(layouts[i], "end.h5").string());
        });
    if (world().rank() != 0) return;
    for (const char* name : {"network.h5", "middle.h5", "end.h5"})
        for (const auto& layout : layouts)
            EXPECT_TRUE(test::same_bytes(path(layouts.front(), name), path(layout, name)))
                << name << " on " << layout.text();
}

}  // namespace
}  // namespace engram
