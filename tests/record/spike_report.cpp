// SPDX-License-Identifier: Apache-2.0
#include "record/spike_report.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include "core/time.hpp"
#include "parallel/collectives.hpp"
#include "hdf5/file.hpp"
#include "engram_test.hpp"
#include "same_bytes.hpp"

namespace engram {
namespace {

using test::world;

constexpr NodeIndex neurons = 500;
constexpr Step steps = 4000;

bool fires(NodeIndex node, Step step) {
    return (static_cast<Step>(node) * 7919 + step * 104729) % 31 == 0;
}

/// Records neurons of this rank in pieces of uneven length; a second population is silent.
void record(const Communicator& comm, const std::string& path) {
    const auto rank = static_cast<NodeIndex>(comm.rank()),
               ranks = static_cast<NodeIndex>(comm.size());
    SpikeReport report(comm, path, {"E", "silent"}, 0.1);
    Step from = 0;
    for (Step length = 1; from < steps; length = length * 2 + 3) {
        const Step to = std::min(steps, from + length);
        std::vector<RecordedSpike> local;
        for (NodeIndex node = neurons * rank / ranks; node < neurons * (rank + 1) / ranks; ++node)
            for (Step step = from + 1; step <= to; ++step)
                if (fires(node, step)) local.push_back({step, node});
        report.append("E", local, from, to);
        report.append("silent", {}, from, to);
        if (length < 100) report.flush();
        from = to;
    }
    report.finish();
}

TEST(SpikeReport, HoldsAllSpikesInOrder) {
    const auto path = (test::temporary_folder() / "spikes.h5").string();
    record(world(), path);
    std::vector<std::uint64_t> nodes;
    std::vector<double> times;
    for (Step step = 1; step <= steps; ++step)
        for (NodeIndex node = 0; node < neurons; ++node)
            if (fires(node, step)) {
                nodes.push_back(node);
                times.push_back(to_ms(step, 0.1));
            }
    const auto file = hdf5::File::open(world(), path);
    EXPECT_EQ(file.read_array<std::uint64_t>("/spikes/E/node_ids"), nodes);
    EXPECT_EQ(file.read_array<double>("/spikes/E/timestamps"), times);
    EXPECT_EQ(file.read_attribute<std::string>("/spikes/E/timestamps", "units"), "ms");
    EXPECT_TRUE(file.has_attribute("/spikes/E", "sorting"));
    EXPECT_EQ(file.array_size("/spikes/silent/node_ids"), 0U);
}

TEST(SpikeReport, DoesNotDependOnTheRanks) {
    const auto folder = test::temporary_folder();
    record(world(), (folder / "many.h5").string());
    if (world().rank() > 0) return;
    record(parallel::Access::duplicate(MPI_COMM_SELF), (folder / "one.h5").string());
    EXPECT_TRUE(test::same_bytes(folder / "many.h5", folder / "one.h5"));
}

TEST(SpikeReport, RefusesSpikesOutsideTheSteps) {
    SpikeReport report(world(), (test::temporary_folder() / "spikes.h5").string(), {"E"}, 0.1);
    EXPECT_ERROR(report.append("E", {{3, 0}}, 3, 5), "step 3");
}

}  // namespace
}  // namespace engram
