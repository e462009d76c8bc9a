// SPDX-License-Identifier: Apache-2.0
#include "record/frame_report.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include "parallel/collectives.hpp"
#include "hdf5/file.hpp"
#include "engram_test.hpp"
#include "same_bytes.hpp"

namespace engram {
namespace {

using test::world;

constexpr std::uint64_t neurons = 301, all_frames = 1000;

double value(std::uint64_t frame, std::uint64_t node) {
    return static_cast<double>(frame * 1000 + node);
}

void record(const Communicator& comm, const std::string& path) {
    const auto rank = static_cast<std::uint64_t>(comm.rank()),
               ranks = static_cast<std::uint64_t>(comm.size());
    const std::uint64_t begin = neurons * rank / ranks, end = neurons * (rank + 1) / ranks;
    const bool first = rank == 0;
    FrameReport report(comm, path, "V_m",
                       {{"E", "mV", neurons, begin, end - begin},
                        {"one", "mV", 1, first ? 0U : 1U, first ? 1U : 0U}},
                       {10, 10, 0.1});
    std::uint64_t frame = 0;
    for (std::uint64_t length = 1; frame < all_frames; length = length * 2 + 1) {
        const std::uint64_t frames = std::min(length, all_frames - frame);
        std::vector<double> local, single;
        for (std::uint64_t f = frame; f < frame + frames; ++f) {
            for (std::uint64_t node = begin; node < end; ++node) local.push_back(value(f, node));
            if (first) single.push_back(value(f, 0));
        }
        report.append("E", local, frames);
        report.append("one", single, frames);
        report.append("one", {}, 0);
        if (length < 50) report.flush();
        frame += frames;
    }
    report.finish();
}

TEST(FrameReport, HoldsAllFramesInOrder) {
    const auto path = (test::temporary_folder() / "frames.h5").string();
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
    record(world(), (folder / "many.h5").string());
    if (world().rank() > 0) return;
    record(parallel::Access::duplicate(MPI_COMM_SELF), (folder / "one.h5").string());
    EXPECT_TRUE(test::same_bytes(folder / "many.h5", folder / "one.h5"));
}

TEST(FrameReport, RefusesIncompleteFrames) {
    const std::uint64_t size = static_cast<std::uint64_t>(world().size()),
                        rank = static_cast<std::uint64_t>(world().rank());
    FrameReport report(world(), (test::temporary_folder() / "f.h5").string(), "V_m",
                       {{"E", "mV", size, rank, 1}}, {});
    EXPECT_ERROR(report.append("E", std::vector<double>(3), 2), "2 frames of 'E'");
}

}  // namespace
}  // namespace engram
