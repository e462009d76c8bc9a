// SPDX-License-Identifier: Apache-2.0
#include "core/readable.hpp"

#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "engram_test.hpp"

namespace engram {
namespace {

namespace fs = std::filesystem;

TEST(Readable, SaysWhatKeepsFromReading) {
    const fs::path folder = fs::temp_directory_path() / fmt::format("engram-read-{}", ::getpid());
    fs::create_directories(folder);
    const fs::path file = folder / "file";
    EXPECT_EQ(why_unreadable(file), "there is no such file");
    std::ofstream(file) << "text";
    EXPECT_EQ(why_unreadable(file), "");
    EXPECT_EQ(why_unreadable(folder), "it is a folder");
    EXPECT_EQ(why_unreadable(file / "inside"), "Not a directory");
    fs::permissions(file, fs::perms::none);
    EXPECT_EQ(why_unreadable(file), ::geteuid() == 0 ? "" : "Permission denied");
    fs::remove_all(folder);
}

}  // namespace
}  // namespace engram
