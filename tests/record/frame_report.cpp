// SPDX-License-Identifier: Apache-2.0
#include "record/frame_report.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "engram_test.hpp"
#include "full_disk.hpp"
#include "same_bytes.hpp"

namespace engram {
namespace {

namespace fs = std::filesystem;
using test::world;

constexpr std::uint64_t neurons = 301, all_frames = 1000;

double value(std::uint64_t frame, std::uint64_t node) {
    return static_cast<double>(frame * 1000 + node);
}

/// This rank's slice of E.
std::pair<std::uint64_t, std::uint64_t> slice(const Communicator& comm) {
    const auto rank = static_cast<std::uint64_t>(comm.rank()),
               ranks = static_cast<std::uint64_t>(comm.size());
    return {neurons * rank / ranks, neurons * (rank + 1) / ranks};
}

/// A report after `taken` frames, of which the last `kept` are there.
FrameReport report_after(const Communicator& comm, const fs::path& path, std::uint64_t taken,
                         std::uint64_t kept) {
    const auto [begin, end] = slice(comm);
    const bool first = comm.rank() == 0;
    return {comm,
            path,
            "V_m",
            {{"E", "mV", neurons, begin, end - begin, kept},
             {"one", "mV", 1, first ? 0U : 1U, first ? 1U : 0U, kept}},
            {static_cast<Step>(10 * (taken + 1)), 10, 0.1}};
}

/// Records frames [frame, to) in pieces of uneven length.
void append(const Communicator& comm, FrameReport& report, std::uint64_t frame, std::uint64_t to) {
    const auto [begin, end] = slice(comm);
    for (std::uint64_t length = 1; frame < to; length = length * 2 + 1) {
        const std::uint64_t frames = std::min(length, to - frame);
        std::vector<double> local, single;
        for (std::uint64_t f = frame; f < frame + frames; ++f) {
            for (std::uint64_t node = begin; node < end; ++node) local.push_back(value(f, node));
            if (comm.rank() == 0) single.push_back(value(f, 0));
        }
        report.append("E", local, frames);
        report.append("one", single, frames);
        report.append("one", {}, 0);
        frame += frames;
    }
}

void record(const Communicator& comm, const fs::path& path) {
    FrameReport report = report_after(comm, path, 0, 0);
    append(comm, report, 0, all_frames);
    report.finish();
}

TEST(FrameReport, HoldsAllFramesInOrder) {
    const auto path = test::temporary_folder() / "frames.h5";
    record(world(), path);
    const auto file = hdf5::File::open(world(), path);
    const auto data = file.read_array<double>("/report/E/data");
    ASSERT_EQ(data.size(), neurons * all_frames);
    for (std::uint64_t i = 0; i < data.size(); ++i)
        ASSERT_EQ(data[i], value(i / neurons, i % neurons));
    EXPECT_EQ(file.shape("/report/E/data").columns, neurons);
    EXPECT_EQ(file.array_size("/report/one/data"), all_frames);
    EXPECT_EQ(file.read_attribute<std::string>("/report/E/data", "units"), "mV");
    EXPECT_EQ(file.read_attribute<std::string>("/report/E/data", "variable"), "V_m");
    EXPECT_EQ(file.read_array<double>("/report/E/mapping/time"),
              (std::vector<double>{1.0, 1001.0, 1.0}));
    const auto pointers = file.read_array<std::uint64_t>("/report/E/mapping/index_pointers");
    const auto nodes = file.read_array<std::uint64_t>("/report/E/mapping/node_ids");
    ASSERT_EQ(pointers.size(), neurons + 1);
    ASSERT_EQ(nodes.size(), neurons);
    for (std::uint64_t i = 0; i <= neurons; ++i) EXPECT_EQ(pointers[i], i);
    for (std::uint64_t i = 0; i < neurons; ++i) EXPECT_EQ(nodes[i], i);
    EXPECT_EQ(file.array_size("/report/E/mapping/element_ids"), neurons);
    EXPECT_EQ(file.array_size("/report/E/mapping/element_pos"), neurons);
}

TEST(FrameReport, DoesNotDependOnTheRanks) {
    const auto folder = test::temporary_folder();
    record(world(), folder / "many.h5");
    if (world().rank() > 0) return;
    record(parallel::Access::duplicate(MPI_COMM_SELF), folder / "one.h5");
    EXPECT_TRUE(test::same_bytes(folder / "many.h5", folder / "one.h5"));
}

TEST(FrameReport, ResumedIsAsIfNothingHadHappened) {
    const auto folder = test::temporary_folder();
    record(world(), folder / "whole.h5");
    for (const bool finished : {false, true})
        for (const std::uint64_t kept : {1U, 333U, 700U}) {
            SCOPED_TRACE(std::to_string(kept) +
                         (finished ? " of a finished one" : " of a raw one"));
            const auto path = folder / (std::to_string(kept) + (finished ? "f.h5" : "r.h5"));
            {
                FrameReport report = report_after(world(), path, 0, 0);
                append(world(), report, 0, 700);
                if (finished) report.finish();
            }
            FrameReport report = report_after(world(), path, kept, kept);
            append(world(), report, kept, all_frames);
            report.sync();
            report.finish();
            parallel::barrier(world());
            EXPECT_TRUE(test::same_bytes(folder / "whole.h5", path));
        }
    for (const auto& entry : fs::directory_iterator(folder))
        EXPECT_EQ(entry.path().extension(), ".h5") << entry.path();
}

TEST(FrameReport, SaysWhenItsFirstFrameWasTaken) {
    const auto folder = test::temporary_folder();
    const auto times_of = [&](const char* name) {
        return hdf5::File::open(world(), folder / name)
            .read_array<double>("/report/E/mapping/time");
    };
    FrameReport late = report_after(world(), folder / "late.h5", 400, 0);
    append(world(), late, 400, 500);
    late.finish();
    EXPECT_EQ(times_of("late.h5"), (std::vector<double>{401.0, 501.0, 1.0}));
    FrameReport resumed = report_after(world(), folder / "late.h5", 450, 50);
    append(world(), resumed, 450, 600);
    resumed.finish();
    EXPECT_EQ(times_of("late.h5"), (std::vector<double>{401.0, 601.0, 1.0}));
    FrameReport without_frames = report_after(world(), folder / "none.h5", 400, 0);
    without_frames.finish();
    EXPECT_EQ(times_of("none.h5"), (std::vector<double>{401.0, 401.0, 1.0}));
}

TEST(FrameReport, RefusesAFinishedOneThatDoesNotFit) {
    const auto folder = test::temporary_folder();
    const auto path = folder / "frames.h5";
    record(world(), path);
    const auto size = static_cast<std::uint64_t>(world().size()),
               rank = static_cast<std::uint64_t>(world().rank());
    EXPECT_ERROR(report_after(world(), path, 2000, 1001), "frames.h5", "1000 rows", "after 1001");
    EXPECT_ERROR(FrameReport(world(), path, "V_m", {{"E", "mV", size, rank, 1, 5}}, {10, 10, 0.1}),
                 "frames.h5", "301 neurons", std::to_string(size));
    EXPECT_ERROR(FrameReport(world(), path, "V_m", {{"E", "mV", size, rank, 1, 5}}, {10, 10, 0.2}),
                 "frames.h5", "resolution");
    parallel::barrier(world());
    EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 1);
}

TEST(FrameReport, OnAFullDiskFailsOnAllRanksAndKeepsTheRawFiles) {
    const auto folder = test::temporary_folder();
    for (const int only : {-1, 0, world().size() - 1}) {
        FrameReport report = report_after(world(), folder / "frames.h5", 0, 0);
        append(world(), report, 0, all_frames);
        {
            const test::FullDisk disk(only < 0 || only == world().rank() ? 100000
                                                                         : std::uint64_t{1} << 40);
            EXPECT_ERROR(report.finish(), "frames.h5");
        }
        parallel::barrier(world());
        EXPECT_FALSE(fs::exists(folder / "frames.h5"));
        EXPECT_EQ(fs::file_size(folder / "frames.E.raw"), 64 + neurons * all_frames * 8);
        parallel::barrier(world());
    }
}

TEST(FrameReport, RefusesIncompleteFrames) {
    const std::uint64_t size = static_cast<std::uint64_t>(world().size()),
                        rank = static_cast<std::uint64_t>(world().rank());
    FrameReport report(world(), test::temporary_folder() / "f.h5", "V_m",
                       {{"E", "mV", size, rank, 1}}, {});
    EXPECT_ERROR(report.append("E", std::vector<double>(3), 2), "2 frames of 'E'");
}

}  // namespace
}  // namespace engram
