// SPDX-License-Identifier: Apache-2.0
#include "record/raw_file.hpp"

#include <cstdint>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

#include "engram_test.hpp"
#include "full_disk.hpp"
#include "same_bytes.hpp"

namespace engram {
namespace {

namespace fs = std::filesystem;
using test::world;

const RawFile::Format format = {"frames", 3 * sizeof(double), 0.1};

double value_at(std::uint64_t element) { return static_cast<double>(element) * 1.5 + 1.0; }

/// Appends rows up to `end`, in pieces that the ranks share in uneven parts.
void append_up_to(RawFile& raw, std::uint64_t end, std::uint64_t piece) {
    const auto rank = static_cast<std::uint64_t>(world().rank()),
               ranks = static_cast<std::uint64_t>(world().size());
    while (raw.rows() < end) {
        const std::uint64_t rows = std::min(piece, end - raw.rows());
        const auto cut = [&](std::uint64_t r) {
            return raw.rows() + rows * r * r / (ranks * ranks);
        };
        std::vector<double> local;
        for (std::uint64_t i = 3 * cut(rank); i < 3 * cut(rank + 1); ++i)
            local.push_back(value_at(i));
        raw.append(std::as_bytes(std::span(local)));
    }
}

/// What the ranks read, one after another.
std::vector<double> read_all(const RawFile& raw) {
    std::vector<double> local;
    raw.read_share<double>(
        [&](std::span<const double> part) { local.insert(local.end(), part.begin(), part.end()); });
    return parallel::concatenate(world(), std::span<const double>(local));
}

void on_first_rank(const std::function<void()>& work) {
    parallel::collectively(world(), [&] {
        if (world().rank() == 0) work();
    });
}

TEST(RawFile, IsAHeaderAndTheRowsInOrder) {
    const auto path = test::temporary_folder() / "a.raw";
    RawFile raw(world(), path, format);
    append_up_to(raw, 1000, 77);
    raw.sync();
    const std::string bytes = test::bytes_of(path);
    ASSERT_EQ(bytes.size(), 64 + 1000 * 3 * sizeof(double));
    EXPECT_EQ(bytes.substr(0, 11), std::string("engram-raw\0", 11));
    std::vector<double> values(3000);
    std::memcpy(values.data(), bytes.data() + 64, bytes.size() - 64);
    for (std::uint64_t i = 0; i < values.size(); ++i) ASSERT_EQ(values[i], value_at(i));
    EXPECT_EQ(read_all(raw), values);
}

TEST(RawFile, IsReadInSeveralPieces) {
    RawFile raw(world(), test::temporary_folder() / "a.raw", format);
    const std::uint64_t rows = RawFile::piece_bytes / format.row_bytes *
                               (2 * static_cast<std::uint64_t>(world().size()) + 1);
    append_up_to(raw, rows, rows);
    const auto values = read_all(raw);
    ASSERT_EQ(values.size(), 3 * rows);
    for (std::uint64_t i = 0; i < values.size(); ++i) ASSERT_EQ(values[i], value_at(i));
}

TEST(RawFile, CutBackAndContinuedIsAsIfNothingHadHappened) {
    const auto folder = test::temporary_folder();
    {
        RawFile whole(world(), folder / "whole.raw", format);
        append_up_to(whole, 1000, 1000);
        RawFile killed(world(), folder / "killed.raw", format);
        append_up_to(killed, 700, 50);
    }
    for (const std::uint64_t rows : {700U, 333U, 1U}) {
        RawFile resumed(world(), folder / "killed.raw", format, rows);
        EXPECT_EQ(resumed.rows(), rows);
        EXPECT_EQ(fs::file_size(folder / "killed.raw"), 64 + rows * format.row_bytes);
        parallel::barrier(world());
        append_up_to(resumed, 1000, 50);
        parallel::barrier(world());
        EXPECT_TRUE(test::same_bytes(folder / "whole.raw", folder / "killed.raw"));
        parallel::barrier(world());
    }
}

TEST(RawFile, StartsAnewWhereNothingIsKept) {
    const auto path = test::temporary_folder() / "a.raw";
    {
        RawFile former(world(), path, {"spikes", 16, 0.2});
        const std::vector<double> rows(20);
        former.append(std::as_bytes(std::span(rows)));
    }
    RawFile raw(world(), path, format);
    append_up_to(raw, 5, 5);
    EXPECT_EQ(fs::file_size(path), 64 + 5 * format.row_bytes);
}

TEST(RawFile, GoesWhenItHoldsNothing) {
    const auto folder = test::temporary_folder();
    { const RawFile empty(world(), folder / "empty.raw", format); }
    {
        RawFile rows(world(), folder / "rows.raw", format);
        append_up_to(rows, 1, 1);
    }
    parallel::barrier(world());
    EXPECT_FALSE(fs::exists(folder / "empty.raw"));
    EXPECT_TRUE(fs::exists(folder / "rows.raw"));
    RawFile raw(world(), folder / "rows.raw", format, 1);
    raw.remove();
    parallel::barrier(world());
    EXPECT_FALSE(fs::exists(folder / "rows.raw"));
}

TEST(RawFile, OfAnotherKindIsRefused) {
    const auto folder = test::temporary_folder();
    {
        RawFile raw(world(), folder / "a.raw", format);
        append_up_to(raw, 10, 10);
    }
    const auto with = [&](const char* name, const RawFile::Format& other) {
        const RawFile raw(world(), folder / name, other, 3);
    };
    EXPECT_ERROR(with("a.raw", {"spikes", format.row_bytes, 0.1}), "a.raw", "header", "spikes");
    EXPECT_ERROR(with("a.raw", {"frames", 16, 0.1}), "a.raw", "header", "16 bytes");
    EXPECT_ERROR(with("a.raw", {"frames", format.row_bytes, 0.2}), "a.raw", "header");
    EXPECT_ERROR(with("none.raw", format), "none.raw", "No such file");
    on_first_rank([&] { std::ofstream(folder / "short.raw") << "engram-raw"; });
    EXPECT_ERROR(with("short.raw", format), "short.raw", "header");
    with("a.raw", format);
}

TEST(RawFile, ShorterThanTheCheckpointIsRefusedAndLeftAsItIs) {
    const auto path = test::temporary_folder() / "a.raw";
    {
        RawFile raw(world(), path, format);
        append_up_to(raw, 10, 10);
    }
    on_first_rank([&] { fs::resize_file(path, fs::file_size(path) - 1); });
    EXPECT_ERROR(RawFile(world(), path, format, 10), "a.raw", "9 rows", "after 10");
    EXPECT_EQ(fs::file_size(path), 64 + 10 * format.row_bytes - 1);
    parallel::barrier(world());
    const RawFile raw(world(), path, format, 9);
    on_first_rank([&] { fs::resize_file(path, 64 + 8 * format.row_bytes); });
    EXPECT_ERROR(
        parallel::collectively(world(), [&] { raw.read_share<double>([](const auto&) {}); }),
        "a.raw", "lost its end");
}

TEST(RawFile, OnAFullDiskIsAnErrorOnAllRanks) {
    const auto folder = test::temporary_folder();
    EXPECT_ERROR(RawFile(world(), folder / "none" / "a.raw", format), "none/a.raw", "No such file");
    for (const int only : {-1, world().size() - 1}) {
        SCOPED_TRACE("rank " + std::to_string(only));
        RawFile raw(world(), folder / "a.raw", format);
        append_up_to(raw, 100, 100);
        {
            const test::FullDisk disk(only < 0 || only == world().rank() ? 4096
                                                                         : std::uint64_t{1} << 40);
            EXPECT_ERROR(append_up_to(raw, 1000, 1000), "a.raw", "too large");
        }
        EXPECT_EQ(raw.rows(), 100U);
        append_up_to(raw, 1000, 1000);  // the rows that failed come again
        const auto values = read_all(raw);
        for (std::uint64_t i = 0; i < values.size(); ++i) ASSERT_EQ(values[i], value_at(i));
        parallel::barrier(world());
    }
}

}  // namespace
}  // namespace engram
