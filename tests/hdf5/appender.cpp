// SPDX-License-Identifier: Apache-2.0
#include "hdf5/appender.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "parallel/collectives.hpp"
#include "engram_test.hpp"

namespace engram {
namespace {

using hdf5::Appender;
using hdf5::File;
using test::world;

double value_at(std::uint64_t element) { return static_cast<double>(element) * 1.5 + 1.0; }

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

/// This rank's part of `total` rows, cut at random places that are the same on all ranks.
std::pair<std::uint64_t, std::uint64_t> random_part(Sequence& sequence, std::uint64_t total) {
    std::vector<std::uint64_t> at = {0, total};
    for (int r = 1; r < world().size(); ++r) at.push_back(sequence.below(total + 1));
    std::sort(at.begin(), at.end());
    const auto me = static_cast<std::size_t>(world().rank());
    return {at[me], at[me + 1]};
}

void append_rows(Appender<double>& data, Sequence& sequence, std::uint64_t total,
                 std::uint64_t width) {
    const auto [begin, end] = random_part(sequence, total);
    std::vector<double> local;
    for (std::uint64_t i = (data.size() + begin) * width; i < (data.size() + end) * width; ++i)
        local.push_back(value_at(i));
    data.append(local, begin, total);
}

void append_and_read(std::uint64_t columns, std::uint64_t largest, int appends, int flush_every) {
    const auto path = (test::temporary_folder() / "a.h5").string();
    const std::uint64_t width = std::max<std::uint64_t>(1, columns);
    Sequence sequence;
    std::uint64_t rows = 0;
    {
        File file = File::create(world(), path);
        file.write_attribute("/", "format", "test");
        Appender<double> data(file, "/group/data", columns);
        for (int i = 1; i <= appends; ++i) {
            append_rows(data, sequence, sequence.below(largest), width);
            if (i % flush_every == 0) data.flush();
        }
        data.flush();
        rows = data.size();
        file.commit();
    }
    const File file = File::open(world(), path);
    ASSERT_EQ(file.array_size("/group/data"), rows);
    EXPECT_EQ(file.shape("/group/data").columns, width);
    const auto read = file.read_array<double>("/group/data");
    ASSERT_EQ(read.size(), rows * width);
    for (std::uint64_t i = 0; i < read.size(); ++i)
        ASSERT_EQ(read[i], value_at(i)) << "element " << i;
    const auto some = file.read_array<double>("/group/data", rows / 3, rows / 2);
    for (std::uint64_t i = 0; i < some.size(); ++i)
        ASSERT_EQ(some[i], value_at(rows / 3 * width + i));
}

TEST(Appender, SmallPiecesGrowAcrossChunks) { append_and_read(0, 9000, 60, 7); }
TEST(Appender, PiecesOfManyChunks) { append_and_read(0, 700000, 6, 2); }
TEST(Appender, FlushedAfterEveryPiece) { append_and_read(0, 30000, 25, 1); }
TEST(Appender, NeverFlushedBeforeTheEnd) { append_and_read(0, 100000, 20, 1000); }
TEST(Appender, TinyPieces) { append_and_read(0, 3, 40, 9); }
TEST(Appender, NarrowRows) { append_and_read(3, 20000, 20, 3); }
TEST(Appender, RowsThatDoNotDivideAChunk) { append_and_read(1000, 200, 20, 3); }
TEST(Appender, RowsLongerThanAChunk) { append_and_read(70001, 5, 8, 2); }
TEST(Appender, OneColumn) { append_and_read(1, 50000, 10, 2); }

TEST(Appender, WithoutRowsItIsEmpty) {
    const auto path = (test::temporary_folder() / "a.h5").string();
    File written = File::create(world(), path);
    written.write_attribute("/", "format", "test");
    Appender<double> data(written, "/data", 5);
    data.append({}, 0, 0);
    data.flush();
    written.commit();
    const File file = File::open(world(), path);
    EXPECT_EQ(file.array_size("/data"), 0U);
    EXPECT_TRUE(file.read_array<double>("/data").empty());
}

TEST(Appender, SeveralGrowSideBySide) {
    const auto path = (test::temporary_folder() / "a.h5").string();
    Sequence sequence;
    File written = File::create(world(), path);
    written.write_attribute("/", "format", "test");
    std::vector<Appender<double>> list;
    for (int i = 0; i < 6; ++i) list.emplace_back(written, "/data" + std::to_string(i));
    std::vector<std::uint64_t> rows;
    for (int round = 0; round < 10; ++round)
        for (auto& data : list) append_rows(data, sequence, sequence.below(60000), 1);
    for (auto& data : list) {
        data.flush();
        rows.push_back(data.size());
    }
    written.commit();
    const File file = File::open(world(), path);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto read = file.read_array<double>("/data" + std::to_string(i));
        ASSERT_EQ(read.size(), rows[i]);
        for (std::uint64_t k = 0; k < read.size(); ++k) ASSERT_EQ(read[k], value_at(k));
    }
}

TEST(Appender, RowsThatLeaveGapsAreRefusedOnAllRanks) {
    File file = File::create(world(), (test::temporary_folder() / "a.h5").string());
    Appender<double> data(file, "/data", 2);
    const std::vector<double> row(2);
    EXPECT_ERROR(data.append(row, 7, 100), "gaps");
    if (world().size() == 1) EXPECT_ERROR(data.append(std::vector<double>(3), 0, 1), "not whole");
}

}  // namespace
}  // namespace engram
