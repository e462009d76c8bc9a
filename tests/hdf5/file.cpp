// SPDX-License-Identifier: Apache-2.0
#include "hdf5/file.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "parallel/collectives.hpp"
#include "hdf5/array_writer.hpp"
#include "engram_test.hpp"
#include "full_disk.hpp"

namespace engram {
namespace {

namespace fs = std::filesystem;
using hdf5::File;
using test::world;
using Texts = std::vector<std::string>;

File new_file(const fs::path& path) {
    File file = File::create(world(), path.string());
    file.write_attribute("/", "format", "test");
    return file;
}

TEST(File, HasItsFinalNameOnlyOnceItIsComplete) {
    const auto path = test::temporary_folder() / "a.h5";
    File file = new_file(path);
    EXPECT_FALSE(fs::exists(path));
    EXPECT_TRUE(fs::exists(path.string() + ".tmp"));
    file.commit();
    parallel::barrier(world());
    EXPECT_TRUE(fs::exists(path));
    EXPECT_FALSE(fs::exists(path.string() + ".tmp"));
}

TEST(File, LeavesTheFormerOneWhenItIsNotCommitted) {
    const auto path = test::temporary_folder() / "a.h5";
    for (const double value : {1.0, 2.0}) {
        File file = new_file(path);
        file.write_attribute("/", "value", value);
        if (value == 1.0) file.commit();
    }
    parallel::barrier(world());
    EXPECT_FALSE(fs::exists(path.string() + ".tmp"));
    EXPECT_EQ(File::open(world(), path.string()).read_attribute<double>("/", "value"), 1.0);
}

TEST(File, IsRemovedWhileAnExceptionUnwindsWithoutWaiting) {
    const auto path = test::temporary_folder() / "a.h5";
    const auto fail_one_after_another = [&] {
        File file = new_file(path);
        file.write_replicated<double>("/a", std::vector<double>(100000));
        // Were removing it collective, the first rank would wait here for the next one, which waits
        // for it.
        for (int rank = 0; rank < world().rank(); ++rank) parallel::barrier(world());
        throw Error("a failure of this rank alone");
    };
    EXPECT_ERROR(fail_one_after_another(), "this rank alone");
    for (int rank = world().rank(); rank < world().size(); ++rank) parallel::barrier(world());
    EXPECT_FALSE(fs::exists(path.string() + ".tmp"));
}

TEST(File, HoldsAttributesOfAllTypes) {
    const auto path = test::temporary_folder() / "a.h5";
    File written = new_file(path);
    written.create_group("/g/h");
    written.create_group("/g");
    written.write_replicated<double>("/g/h/array", std::vector<double>{1.0});
    for (const std::string object : {"/", "/g/h", "/g/h/array"}) {
        written.write_attribute(object, "yes", true);
        written.write_attribute(object, "minus", -7);
        written.write_attribute(object, "seed", ~std::uint64_t{0});
        written.write_attribute(object, "real", 0.1);
        written.write_attribute(object, "text", "µV und mehr");
        written.write_attribute(object, "empty", "");
        written.write_attribute(object, "list", std::vector<double>{1.0, 2.5});
        written.write_attribute(object, "version", std::vector<std::uint32_t>{0, 1});
        for (int i = 0; i < 20; ++i) written.write_attribute(object, "p" + std::to_string(i), i);
    }
    written.commit();
    const File file = File::open(world(), path.string());
    for (const std::string object : {"/", "/g/h", "/g/h/array"}) {
        EXPECT_TRUE(file.read_attribute<bool>(object, "yes"));
        EXPECT_EQ(file.read_attribute<std::int64_t>(object, "minus"), -7);
        EXPECT_EQ(file.read_attribute<double>(object, "minus"), -7.0);
        EXPECT_EQ(file.read_attribute<std::uint64_t>(object, "seed"), ~std::uint64_t{0});
        EXPECT_EQ(file.read_attribute<double>(object, "real"), 0.1);
        EXPECT_EQ(file.read_attribute<std::string>(object, "text"), "µV und mehr");
        EXPECT_EQ(file.read_attribute<std::string>(object, "empty"), "");
        EXPECT_EQ(file.read_attribute<std::vector<double>>(object, "list"),
                  (std::vector<double>{1.0, 2.5}));
        EXPECT_EQ(file.read_attribute<std::vector<std::uint32_t>>(object, "version"),
                  (std::vector<std::uint32_t>{0, 1}));
        EXPECT_EQ(file.read_attribute<std::int64_t>(object, "p19"), 19);
        EXPECT_FALSE(file.has_attribute(object, "none"));
        EXPECT_ERROR(file.read_attribute<std::uint64_t>(object, "minus"), "'minus'", object,
                     "range");
        EXPECT_ERROR(file.read_attribute<double>(object, "text"), "'text'", "not a number");
        EXPECT_ERROR(file.read_attribute<double>(object, "none"), "'none'");
    }
}

TEST(File, ListsItsGroupsInOrder) {
    const auto path = test::temporary_folder() / "a.h5";
    File written = new_file(path);
    for (const std::string name : {"b", "a", "c"}) written.create_group("/list/" + name);
    written.commit();
    const File file = File::open(world(), path.string());
    EXPECT_EQ(file.children("/list"), (Texts{"a", "b", "c"}));
    EXPECT_TRUE(file.exists("/list/a"));
    EXPECT_FALSE(file.exists("/other/a"));
    EXPECT_ERROR(file.children("/other"), "'/other'", path.string());
    EXPECT_ERROR(file.array_size("/list/none"), "'/list/none'", path.string());
}

TEST(File, ThatCannotBeWrittenIsAnErrorOnAllRanks) {
    const auto folder = test::temporary_folder();
    EXPECT_ERROR(File::create(world(), (folder / "none" / "a.h5").string()), "none/a.h5",
                 "No such file");
    EXPECT_ERROR(File::create(world(), folder.string()), folder.string(), "it is a folder");
    EXPECT_ERROR(File::create(world(), "/proc/a.h5"), "/proc/a.h5");
}

TEST(File, ThatCannotBeReadIsAnErrorOnAllRanks) {
    const auto folder = test::temporary_folder();
    if (world().rank() == 0) std::ofstream(folder / "text.h5") << "no HDF5 file";
    if (world().rank() == 0) std::ofstream(folder / "empty.h5");
    File foreign = File::create(world(), (folder / "foreign.h5").string());
    foreign.commit();
    EXPECT_ERROR(File::open(world(), (folder / "none.h5").string()), "none.h5", "no such file");
    EXPECT_ERROR(File::open(world(), folder.string()), folder.string(), "it is a folder");
    EXPECT_ERROR(File::open(world(), (folder / "text.h5").string()), "text.h5", "no HDF5 file");
    EXPECT_ERROR(File::open(world(), (folder / "empty.h5").string()), "empty.h5", "no HDF5 file");
    EXPECT_ERROR(File::open(world(), (folder / "foreign.h5").string()), "foreign.h5", "'format'");
}

/// Writes an array at once and another in pieces.
void write_until_full(const fs::path& path) {
    File file = new_file(path);
    const auto rank = static_cast<std::uint64_t>(world().rank()),
               ranks = static_cast<std::uint64_t>(world().size());
    const std::vector<double> part(200000, 1.0);
    file.write_array<double>("/a", part, rank * part.size(), ranks * part.size());
    const std::uint64_t rows = 4 * part.size();
    hdf5::ArrayWriter<double> data(file, "/pieces", rank * rows, rows, ranks * rows);
    for (int i = 0; i < 4; ++i) parallel::collectively(world(), [&] { data.write(part); });
    data.finish();
    file.commit();
}

TEST(File, OnAFullDiskIsAnErrorOnAllRanks) {
    const auto folder = test::temporary_folder();
    for (const std::uint64_t kib : {1U, 100U, 2000U, 3000U, 4000U, 8000U}) {
        for (const int only : {-1, 0, world().size() - 1}) {
            SCOPED_TRACE(std::to_string(kib) + " KiB, rank " + std::to_string(only));
            const auto path = folder / (std::to_string(kib) + std::to_string(only) + ".h5");
            {
                const test::FullDisk disk(
                    only < 0 || only == world().rank() ? kib << 10 : std::uint64_t{1} << 40);
                EXPECT_ERROR(write_until_full(path), path.string());
            }
            parallel::barrier(world());
            EXPECT_FALSE(fs::exists(path));
        }
    }
    write_until_full(folder / "enough.h5");  // the library still works
}

}  // namespace
}  // namespace engram
