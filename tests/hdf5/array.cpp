// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "parallel/collectives.hpp"
#include "hdf5/file.hpp"
#include "engram_test.hpp"

namespace engram {
namespace {

using hdf5::File;
using test::world;

/// Boundaries of the ranks' pieces of `total` elements, of many kinds.
std::vector<std::uint64_t> cut(std::uint64_t total, int kind) {
    const auto ranks = static_cast<std::uint64_t>(world().size());
    std::vector<std::uint64_t> result;
    for (std::uint64_t r = 0; r <= ranks; ++r) {
        std::uint64_t at = total * r / ranks;
        if (kind == 1) at = r == ranks ? total : 0;                       // all on the last rank
        if (kind == 2) at = r == 0 ? 0 : total;                           // all on the first
        if (kind == 3) at = r == ranks ? total : std::min(total, r * 7);  // scraps, then the rest
        if (kind == 4) at = std::min(total, total * (r * r) / (ranks * ranks));
        if (kind == 5) at = r == ranks ? total : std::min(total, r * hdf5::checksum_block);
        result.push_back(at);
    }
    return result;
}

template <class T>
T value_at(std::uint64_t i) {
    return static_cast<T>(i * 2654435761U % 251U) + static_cast<T>(i % 3);
}

template <class T>
std::vector<T> values(std::uint64_t begin, std::uint64_t end) {
    std::vector<T> result;
    for (std::uint64_t i = begin; i < end; ++i) result.push_back(value_at<T>(i));
    return result;
}

template <class T>
void write_and_read(const std::string& path, std::uint64_t total, int kind) {
    const auto at = cut(total, kind);
    const auto me = static_cast<std::size_t>(world().rank());
    {
        File file = File::create(world(), path);
        file.write_attribute("/", "format", "test");
        const auto local = values<T>(at[me], at[me + 1]);
        file.write_array<T>("/a/b", local, at[me], total);
        file.write_attribute("/a/b", "units", "mV");
        file.commit();
    }
    const File file = File::open(world(), path);
    EXPECT_EQ(file.array_size("/a/b"), total);
    EXPECT_EQ(file.read_array<T>("/a/b"), values<T>(0, total));
    const std::uint64_t begin = total / 3, count = total / 2;
    EXPECT_EQ(file.read_array<T>("/a/b", begin, count), values<T>(begin, begin + count));
    EXPECT_EQ(file.read_array<T>("/a/b", total, 0), std::vector<T>{});
    EXPECT_THROW(static_cast<void>(file.read_array<T>("/a/b", total, 1)), Error);
    EXPECT_THROW(static_cast<void>(file.read_array<T>("/a/b", 1, ~std::uint64_t{0})), Error);
}

TEST(Array, EveryCutOfEveryLengthIsReadBackAsItWas) {
    const auto folder = test::temporary_folder();
    for (const std::uint64_t total : {0UL, 1UL, 5UL, 65535UL, 65536UL, 65537UL, 200000UL, 655360UL})
        for (int kind = 0; kind < 6; ++kind) {
            SCOPED_TRACE(std::to_string(total) + " elements, cut " + std::to_string(kind));
            write_and_read<double>((folder / "a.h5").string(), total, kind);
        }
}

template <class T>
class ArrayOf : public testing::Test {};
using Elements = testing::Types<double, float, std::uint64_t, std::int64_t, std::uint32_t,
                                std::int32_t, std::uint8_t>;
TYPED_TEST_SUITE(ArrayOf, Elements);

TYPED_TEST(ArrayOf, IsReadBackAsItWas) {
    write_and_read<TypeParam>((test::temporary_folder() / "a.h5").string(), 300001, 0);
}

TYPED_TEST(ArrayOf, IsNotReadAsAnotherType) {
    using Other = std::conditional_t<std::is_same_v<TypeParam, double>, std::uint64_t, double>;
    const auto path = (test::temporary_folder() / "a.h5").string();
    File written = File::create(world(), path);
    written.write_attribute("/", "format", "test");
    const std::vector<TypeParam> data(10);
    written.write_replicated<TypeParam>("/a", data);
    written.commit();
    const File file = File::open(world(), path);
    EXPECT_ERROR(file.read_array<Other>("/a"), "'/a'", path, "another type");
}

TEST(Array, TheFileDoesNotDependOnTheCut) {
    const auto folder = test::temporary_folder();
    const auto bytes = [&](int kind) {
        const auto path = (folder / "a.h5").string();
        write_and_read<double>(path, 500000, kind);
        std::ifstream file(path, std::ios::binary);
        std::string result(std::istreambuf_iterator<char>(file), {});
        parallel::barrier(world());
        return result;
    };
    const std::string first = bytes(0);
    for (int kind = 1; kind < 6; ++kind) EXPECT_TRUE(bytes(kind) == first) << "cut " << kind;
}

TEST(Array, PiecesThatLeaveGapsAreRefusedOnAllRanks) {
    File file = File::create(world(), (test::temporary_folder() / "a.h5").string());
    const std::vector<double> one(1);
    const auto rank = static_cast<std::uint64_t>(world().rank());
    EXPECT_ERROR(file.write_array<double>("/a", one, rank * 2 + 1, 100), "gaps");
}

TEST(Array, ManyLargeArraysKeepTheirValues) {
    const auto path = (test::temporary_folder() / "a.h5").string();
    constexpr std::uint64_t total = 1234567;
    const auto ranks = static_cast<std::uint64_t>(world().size()),
               me = static_cast<std::uint64_t>(world().rank());
    const std::uint64_t begin = total * me / ranks, end = total * (me + 1) / ranks;
    File written = File::create(world(), path);
    written.write_attribute("/", "format", "test");
    for (int i = 0; i < 8; ++i) {
        written.write_array<double>("/d" + std::to_string(i), values<double>(begin, end), begin,
                                    total);
        written.write_array<std::uint8_t>("/b" + std::to_string(i),
                                          values<std::uint8_t>(begin, end), begin, total);
    }
    written.commit();
    const File file = File::open(world(), path);
    for (int i = 0; i < 8; ++i) {
        EXPECT_EQ(file.read_array<double>("/d" + std::to_string(i)), values<double>(0, total));
        EXPECT_EQ(file.read_array<std::uint8_t>("/b" + std::to_string(i)),
                  values<std::uint8_t>(0, total));
    }
}

}  // namespace
}  // namespace engram
