// SPDX-License-Identifier: Apache-2.0
#include "hdf5/array_writer.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "parallel/collectives.hpp"
#include "engram_test.hpp"
#include "same_bytes.hpp"

namespace engram {
namespace {

namespace fs = std::filesystem;
using hdf5::ArrayWriter;
using hdf5::File;
using test::world;

double value_at(std::uint64_t element) { return static_cast<double>(element) * 1.5 + 1.0; }

std::vector<double> values(std::uint64_t begin, std::uint64_t end) {
    std::vector<double> result;
    for (std::uint64_t i = begin; i < end; ++i) result.push_back(value_at(i));
    return result;
}

/// A simple random sequence, the same on all ranks.
class Sequence {
public:
    std::uint64_t below(std::uint64_t bound) {
        state_ = state_ * 6364136223846793005U + 1442695040888963407U;
        return (state_ >> 33) % bound;
    }

private:
    std::uint64_t state_ = 1;
};

/// Where the ranks' parts of `total` rows begin, and where the last one ends.
std::vector<std::uint64_t> random_cuts(int ranks, Sequence& sequence, std::uint64_t total) {
    std::vector<std::uint64_t> cuts = {0, total};
    for (int r = 1; r < ranks; ++r) cuts.push_back(sequence.below(total + 1));
    std::ranges::sort(cuts);
    return cuts;
}

struct Case {
    std::uint64_t columns, rows, piece;  ///< elements of a piece
};

void write_file(const Communicator& comm, const fs::path& path, const Case& c, Sequence& sequence) {
    const std::uint64_t width = std::max<std::uint64_t>(1, c.columns);
    const auto cuts = random_cuts(comm.size(), sequence, c.rows);
    const auto me = static_cast<std::size_t>(comm.rank());
    File file = File::create(comm, path);
    file.write_attribute("/", "format", "test");
    ArrayWriter<double> writer(file, "/group/data", cuts[me], cuts[me + 1] - cuts[me], c.rows,
                               c.columns);
    parallel::collectively(comm, [&] {
        std::uint64_t at = cuts[me] * width;
        const std::uint64_t end = cuts[me + 1] * width;
        for (std::uint64_t piece = c.piece; at < end; at += piece) {
            piece = std::min(piece, end - at);
            writer.write(values(at, at + piece));
            writer.write({});
        }
    });
    writer.finish();
    file.commit();
}

class Arrays : public testing::TestWithParam<Case> {};

TEST_P(Arrays, HoldWhatTheRanksWroteInPieces) {
    const auto [columns, rows, piece] = GetParam();
    const std::uint64_t width = std::max<std::uint64_t>(1, columns);
    const auto path = test::temporary_folder() / "a.h5";
    Sequence sequence;
    for (int i = 0; i < 3; ++i) {
        write_file(world(), path, GetParam(), sequence);
        const File file = File::open(world(), path);
        EXPECT_EQ(file.shape("/group/data").rows, rows);
        EXPECT_EQ(file.shape("/group/data").columns, width);
        ASSERT_EQ(file.read_array<double>("/group/data"), values(0, rows * width));
        EXPECT_EQ(file.read_array<double>("/group/data", rows / 3, rows / 2),
                  values(rows / 3 * width, (rows / 3 + rows / 2) * width));
        parallel::barrier(world());  // the next one takes its place
    }
}

TEST_P(Arrays, DoNotDependOnTheCut) {
    const auto folder = test::temporary_folder();
    Sequence sequence;
    write_file(world(), folder / "many.h5", GetParam(), sequence);
    if (world().rank() > 0) return;
    const Case whole = {GetParam().columns, GetParam().rows, ~std::uint64_t{0}};
    write_file(parallel::Access::duplicate(MPI_COMM_SELF), folder / "one.h5", whole, sequence);
    EXPECT_TRUE(test::same_bytes(folder / "many.h5", folder / "one.h5"));
}

INSTANTIATE_TEST_SUITE_P(ArrayWriter, Arrays,
                         testing::Values(Case{0, 700000, 9000}, Case{0, 300000, 65536},
                                         Case{0, 200000, 190000}, Case{0, 65536, 65536},
                                         Case{0, 50, 3}, Case{0, 2, 1}, Case{0, 0, 1},
                                         Case{1, 150000, 70000}, Case{3, 60000, 1000},
                                         Case{1000, 500, 1700}, Case{70001, 7, 50000},
                                         Case{65536, 5, 65536}, Case{5, 0, 1}));

TEST(ArrayWriter, SeveralAreFilledSideBySide) {
    const auto path = test::temporary_folder() / "a.h5";
    constexpr std::uint64_t rows = 200000, piece = 10007;
    Sequence sequence;
    const auto cuts = random_cuts(world().size(), sequence, rows);
    const auto me = static_cast<std::size_t>(world().rank());
    File written = File::create(world(), path);
    written.write_attribute("/", "format", "test");
    std::vector<ArrayWriter<double>> writers;
    writers.reserve(3);
    for (int i = 0; i < 3; ++i)
        writers.emplace_back(written, "/data" + std::to_string(i), cuts[me],
                             cuts[me + 1] - cuts[me], rows);
    for (std::uint64_t at = cuts[me]; at < cuts[me + 1]; at += piece)
        for (auto& writer : writers) writer.write(values(at, std::min(at + piece, cuts[me + 1])));
    for (auto& writer : writers) writer.finish();
    written.commit();
    const File file = File::open(world(), path);
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(file.read_array<double>("/data" + std::to_string(i)), values(0, rows));
}

TEST(ArrayWriter, NoticesDamageInAnyBlock) {
    const auto path = test::temporary_folder() / "a.h5";
    Sequence sequence;
    write_file(world(), path, {1000, 200, 5000}, sequence);
    parallel::collectively(world(), [&] {
        if (world().rank() > 0) return;
        std::string bytes = test::bytes_of(path);
        const double damaged = value_at(150 * 1000 + 7);
        bytes[bytes.find({reinterpret_cast<const char*>(&damaged), sizeof(damaged)})] ^= 1;
        std::ofstream(path, std::ios::binary) << bytes;
    });
    const File file = File::open(world(), path);
    EXPECT_EQ(file.read_array<double>("/group/data", 0, 130), values(0, 130000));
    EXPECT_ERROR(file.read_array<double>("/group/data", 190, 10), "'/group/data'", "rows from 130");
}

TEST(ArrayWriter, WrongLengthsAreRefusedOnAllRanks) {
    File file = File::create(world(), (test::temporary_folder() / "a.h5").string());
    const std::vector<double> row(3);
    const auto rank = static_cast<std::uint64_t>(world().rank()),
               ranks = static_cast<std::uint64_t>(world().size());
    EXPECT_ERROR(ArrayWriter<double>(file, "/gaps", rank * 2 + 1, 1, 100), "gaps");
    ArrayWriter<double> writer(file, "/data", rank, 1, ranks, 2);
    EXPECT_ERROR(writer.write(row), "3 elements where 2 are left");
    parallel::collectively(world(), [&] {
        if (rank == 0) writer.write(std::span(row).first(2));
    });
    if (ranks > 1) EXPECT_ERROR(writer.finish(), "rank 1", "2 elements are missing");
}

}  // namespace
}  // namespace engram
