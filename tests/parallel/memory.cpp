// SPDX-License-Identifier: Apache-2.0
#include "parallel/memory.hpp"

#include <array>
#include <cstring>
#include <memory>
#include <vector>

#include <sys/mman.h>

#include "parallel/collectives.hpp"
#include "engram_test.hpp"

namespace engram {
namespace {

constexpr std::uint64_t mebibyte = 1 << 20;

TEST(Memory, OfTheProcessFollowsWhatIsTouchedAndKeepsItsPeak) {
    constexpr std::size_t size = 64 * mebibyte;
    const auto before = parallel::process_memory();
    void* const pages =
        mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ASSERT_NE(pages, MAP_FAILED);
    const auto reserved = parallel::process_memory();
    std::memset(pages, 1, size);
    const auto touched = parallel::process_memory();
    munmap(pages, size);
    const auto after = parallel::process_memory();

#if defined(__SANITIZE_ADDRESS__)
    const std::uint64_t margin = size / 8 + 8 * mebibyte;  // of eight bytes it notes one
#else
    const std::uint64_t margin = 8 * mebibyte;  // the kernel counts roughly
#endif
    EXPECT_GT(before.resident, mebibyte / 2);
    EXPECT_LT(reserved.resident, before.resident + margin);
    EXPECT_GT(touched.resident + margin, before.resident + size);
    EXPECT_LT(after.resident, before.resident + margin);
    EXPECT_GT(after.peak + margin, before.resident + size);
    for (const auto& memory : {before, reserved, touched, after})
        EXPECT_LE(memory.resident, memory.peak);
}

TEST(Memory, FreedGoesBackToTheOperatingSystem) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "the sanitizer has a heap of its own";
#endif
    const auto before = parallel::process_memory();
    std::vector<std::unique_ptr<std::array<char, 1024>>> pieces(32 * 1024);
    for (auto& piece : pieces) piece = std::make_unique<std::array<char, 1024>>();
    const auto last = std::make_unique<std::array<char, 1024>>();  // keeps the end of the heap
    pieces.clear();
    const auto kept = parallel::process_memory();
    parallel::release_freed_memory();
    const auto after = parallel::process_memory();
    EXPECT_GT(kept.resident, before.resident + 24 * mebibyte);
    EXPECT_LT(after.resident, before.resident + 8 * mebibyte);
}

TEST(Memory, ThatIsNotThereIsRefusedOnAllRanks) {
    const std::uint64_t share = test::world().rank() == test::world().size() - 1 ? 1ull << 60 : 1;
    EXPECT_ERROR(parallel::require_memory(test::world(), share, "the test"), "the test needs",
                 "GiB");
    parallel::require_memory(test::world(), 1, "the test");
}

}  // namespace
}  // namespace engram
