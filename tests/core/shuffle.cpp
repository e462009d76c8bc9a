// SPDX-License-Identifier: Apache-2.0
// A random order that is told in parts: all numbers, as random as one that is shuffled.
#include "core/shuffle.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "chi_square.hpp"
#include "engram_test.hpp"

namespace engram {
namespace {

constexpr RandomKey key{11, 12};
constexpr std::uint64_t few = 65'536;  // shuffled; more are enciphered

std::vector<std::uint64_t> order(std::uint64_t size, std::uint64_t what = 1) {
    std::vector<std::uint64_t> numbers(size);
    Shuffle(key, 8 * what, 3, size).part(0, numbers);
    return numbers;
}

TEST(Shuffle, HasEachNumberOnce) {
    for (const std::uint64_t size :
         {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{1000}, few, few + 1,
          std::uint64_t{66'049}, std::uint64_t{66'050}, std::uint64_t{1'000'003}}) {
        auto numbers = order(size);
        std::sort(numbers.begin(), numbers.end());
        std::vector<std::uint64_t> all(size);
        std::iota(all.begin(), all.end(), std::uint64_t{0});
        EXPECT_EQ(numbers, all) << size;
    }
}

TEST(Shuffle, TellsAnyPart) {
    for (const std::uint64_t size : {few, 3 * few + 7}) {
        const auto whole = order(size);
        const Shuffle shuffle(key, 8, 3, size);
        for (const std::uint64_t first : {std::uint64_t{0}, size / 3, size - 10}) {
            std::vector<std::uint64_t> part(10);
            shuffle.part(first, part);
            EXPECT_TRUE(std::equal(part.begin(), part.end(),
                                   whole.begin() + static_cast<std::ptrdiff_t>(first)));
        }
    }
}

TEST(Shuffle, HasEveryOrderOfFew) {
    std::map<std::vector<std::uint64_t>, double> seen;
    for (std::uint64_t what = 0; what < 24'000; ++what) ++seen[order(4, what)];
    std::vector<double> counts;
    for (const auto& [numbers, count] : seen) counts.push_back(count);
    test::expect_distribution(counts, std::vector<double>(24, 1.0 / 24.0));
}

/// Where the numbers of some places go, and those of neighbours together, over many shuffles.
TEST(Shuffle, PutsEachPlaceAnywhere) {
    constexpr std::uint64_t size = 70'001, bins = 8;
    std::vector<double> first(64, 0.0), pairs(bins * bins, 0.0), triples(bins * bins * bins, 0.0);
    for (std::uint64_t what = 0; what < 3'000; ++what) {
        std::vector<std::uint64_t> part(3);
        Shuffle(key, 8 * what, 3, size).part(what % 2 == 0 ? 0 : size / 2, part);
        const auto bin = [&](std::size_t i) { return part[i] * bins / size; };
        ++first[part[0] * 64 / size];
        ++pairs[bin(0) * bins + bin(1)];
        ++triples[(bin(0) * bins + bin(1)) * bins + bin(2)];
    }
    test::expect_distribution(first, std::vector<double>(64, 1.0 / 64));
    test::expect_distribution(pairs, std::vector<double>(bins * bins, 1.0 / (bins * bins)));
    test::expect_distribution(triples, std::vector<double>(512, 1.0 / 512));
}

/// Within one shuffle: place and number are independent, and so are the numbers of places a given
/// distance apart, by their difference.
void expect_random_order(const std::vector<std::uint64_t>& numbers) {
    const std::uint64_t size = numbers.size();
    constexpr std::uint64_t bins = 40;
    std::vector<double> table(bins * bins, 0.0), even(bins * bins, 1.0 / (bins * bins));
    for (std::uint64_t i = 0; i < size; ++i)
        ++table[(i * bins / size) * bins + numbers[i] * bins / size];
    test::expect_distribution(table, even);
    const auto side = static_cast<std::uint64_t>(std::ceil(std::sqrt(static_cast<double>(size))));
    for (const std::uint64_t distance :
         {std::uint64_t{1}, std::uint64_t{2}, side - 1, side, side + 1, (size + side - 1) / side}) {
        std::vector<double> differences(997, 0.0), remainders(side, 0.0);
        for (std::uint64_t i = 0; i + distance < size; ++i) {
            const std::uint64_t difference = (numbers[i + distance] + size - numbers[i]) % size;
            ++differences[difference * 997 / size];
            ++remainders[difference % side];
        }
        test::expect_distribution(differences, std::vector<double>(997, 1.0 / 997));
        const auto each = static_cast<double>(side);
        test::expect_distribution(remainders, std::vector<double>(side, 1.0 / each));
    }
}

TEST(Shuffle, IsARandomOrder) {
    expect_random_order(order(few));
    expect_random_order(order(250'000));
    expect_random_order(order(1'000'003));
}

}  // namespace
}  // namespace engram
