// SPDX-License-Identifier: Apache-2.0
#include "record/spike_report.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "core/time.hpp"
#include "engram_test.hpp"
#include "full_disk.hpp"
#include "same_bytes.hpp"

namespace engram {
namespace {

namespace fs = std::filesystem;
using test::world;

constexpr NodeIndex neurons = 500;
constexpr Step steps = 4000;

bool fires(NodeIndex node, Step step) {
    return (static_cast<Step>(node) * 7919 + step * 104729) % 31 == 0;
}

/// All spikes of the steps up to `to`, in order.
std::vector<RecordedSpike> spikes_up_to(Step to) {
    std::vector<RecordedSpike> spikes;
    for (Step step = 1; step <= to; ++step)
        for (NodeIndex node = 0; node < neurons; ++node)
            if (fires(node, step)) spikes.push_back({step, node});
    return spikes;
}

/// Records the steps (from, to] of this rank's neurons in pieces of uneven length; one population
/// is silent, one fires once.
void append(const Communicator& comm, SpikeReport& report, Step from, Step to) {
    const auto rank = static_cast<NodeIndex>(comm.rank()),
               ranks = static_cast<NodeIndex>(comm.size());
    for (Step length = 1; from < to; length = length * 2 + 3) {
        const Step end = std::min(to, from + length);
        std::vector<RecordedSpike> local, once;
        for (NodeIndex node = neurons * rank / ranks; node < neurons * (rank + 1) / ranks; ++node)
            for (Step step = from + 1; step <= end; ++step)
                if (fires(node, step)) local.push_back({step, node});
        if (rank == 0 && from < 7 && 7 <= end) once.push_back({7, 3});
        report.append("E", local, from, end);
        report.append("once", once, from, end);
        report.append("silent", {}, from, end);
        from = end;
    }
}

/// A report, of which the spikes of the first `kept` steps are there.
SpikeReport report_after(const Communicator& comm, const fs::path& path, Step kept) {
    return {comm,
            path,
            {{"E", spikes_up_to(kept).size()}, {"once", kept < 7 ? 0U : 1U}, {"silent"}},
            0.1};
}

void record(const Communicator& comm, const fs::path& path) {
    SpikeReport report = report_after(comm, path, 0);
    append(comm, report, 0, steps);
    report.finish();
}

TEST(SpikeReport, HoldsAllSpikesInOrder) {
    const auto path = test::temporary_folder() / "spikes.h5";
    record(world(), path);
    std::vector<std::uint64_t> nodes;
    std::vector<double> times;
    for (const auto& [step, node] : spikes_up_to(steps)) {
        nodes.push_back(node);
        times.push_back(to_ms(step, 0.1));
    }
    const auto file = hdf5::File::open(world(), path);
    EXPECT_EQ(file.read_array<std::uint64_t>("/spikes/E/node_ids"), nodes);
    EXPECT_EQ(file.read_array<double>("/spikes/E/timestamps"), times);
    EXPECT_EQ(file.read_attribute<std::string>("/spikes/E/timestamps", "units"), "ms");
    EXPECT_TRUE(file.has_attribute("/spikes/E", "sorting"));
    EXPECT_EQ(file.read_array<std::uint64_t>("/spikes/once/node_ids"),
              std::vector<std::uint64_t>{3});
    EXPECT_EQ(file.array_size("/spikes/silent/node_ids"), 0U);
}

TEST(SpikeReport, DoesNotDependOnTheRanks) {
    const auto folder = test::temporary_folder();
    record(world(), folder / "many.h5");
    if (world().rank() > 0) return;
    record(parallel::Access::duplicate(MPI_COMM_SELF), folder / "one.h5");
    EXPECT_TRUE(test::same_bytes(folder / "many.h5", folder / "one.h5"));
}

TEST(SpikeReport, IsRawUntilItIsFinished) {
    const auto folder = test::temporary_folder();
    SpikeReport report = report_after(world(), folder / "spikes.h5", 0);
    append(world(), report, 0, 100);
    report.sync();
    EXPECT_FALSE(fs::exists(folder / "spikes.h5"));
    EXPECT_EQ(fs::file_size(folder / "spikes.E.raw"), 64 + 16 * spikes_up_to(100).size());
    EXPECT_EQ(fs::file_size(folder / "spikes.silent.raw"), 64U);
    report.finish();
    parallel::barrier(world());
    EXPECT_TRUE(fs::exists(folder / "spikes.h5"));
    EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 1);
}

/// A run that recorded up to `until`, killed or finished, resumed from step `kept`.
void record_resumed(const fs::path& path, Step until, bool finished, Step kept) {
    {
        SpikeReport report = report_after(world(), path, 0);
        append(world(), report, 0, until);
        if (finished) report.finish();
    }
    SpikeReport report = report_after(world(), path, kept);
    append(world(), report, kept, steps);
    EXPECT_EQ(fs::exists(path), finished);  // the former one stays until the new one is complete
    report.finish();
    parallel::barrier(world());
}

TEST(SpikeReport, ResumedIsAsIfNothingHadHappened) {
    const auto folder = test::temporary_folder();
    record(world(), folder / "whole.h5");
    for (const bool finished : {false, true})
        for (const Step kept : {Step{1}, Step{500}, Step{2000}, Step{2500}}) {
            SCOPED_TRACE(std::to_string(kept) +
                         (finished ? " of a finished one" : " of a raw one"));
            const auto path = folder / (std::to_string(kept) + (finished ? "f.h5" : "r.h5"));
            record_resumed(path, 2500, finished, kept);
            EXPECT_TRUE(test::same_bytes(folder / "whole.h5", path));
        }
    for (const auto& entry : fs::directory_iterator(folder))
        EXPECT_EQ(entry.path().extension(), ".h5") << entry.path();
}

TEST(SpikeReport, RefusesAFinishedOneThatDoesNotFit) {
    const auto folder = test::temporary_folder();
    const auto path = folder / "spikes.h5";
    record(world(), path);
    EXPECT_ERROR(SpikeReport(world(), path, {{"once", 2}}, 0.1), "spikes.h5", "1 rows", "after 2");
    EXPECT_ERROR(SpikeReport(world(), path, {{"once", 1}}, 0.2), "spikes.h5", "resolution");
    EXPECT_ERROR(SpikeReport(world(), path, {{"other", 1}}, 0.1), "spikes.h5", "'/spikes/other");
    parallel::barrier(world());
    EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 1);
}

TEST(SpikeReport, OnAFullDiskFailsOnAllRanksAndKeepsTheRawFiles) {
    const auto folder = test::temporary_folder();
    for (const int only : {-1, 0, world().size() - 1}) {
        const auto path = folder / "spikes.h5";
        SpikeReport report = report_after(world(), path, 0);
        append(world(), report, 0, steps);
        const auto raw = fs::file_size(folder / "spikes.E.raw");
        {
            const test::FullDisk disk(only < 0 || only == world().rank() ? 100000
                                                                         : std::uint64_t{1} << 40);
            EXPECT_ERROR(report.finish(), "spikes.h5");
        }
        parallel::barrier(world());
        EXPECT_FALSE(fs::exists(path));
        EXPECT_FALSE(fs::exists(path.string() + ".tmp"));
        EXPECT_EQ(fs::file_size(folder / "spikes.E.raw"), raw);
        parallel::barrier(world());
    }
}

TEST(SpikeReport, OnAFullDiskLeavesTheFinishedOneWhenItCannotGoOn) {
    const auto folder = test::temporary_folder();
    const auto path = folder / "spikes.h5";
    record(world(), path);
    {
        const test::FullDisk disk(world().rank() == 0 ? 100000 : std::uint64_t{1} << 40);
        EXPECT_ERROR(report_after(world(), path, steps), "spikes.E.raw");
    }
    parallel::barrier(world());
    EXPECT_TRUE(fs::exists(path));
    EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 1);
}

TEST(SpikeReport, RefusesSpikesOutsideTheSteps) {
    SpikeReport report(world(), test::temporary_folder() / "spikes.h5", {{"E"}}, 0.1);
    EXPECT_ERROR(report.append("E", {{3, 0}}, 3, 5), "step 3");
}

}  // namespace
}  // namespace engram
