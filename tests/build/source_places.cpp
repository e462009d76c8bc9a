// SPDX-License-Identifier: Apache-2.0
#include "build/source_places.hpp"

#include <algorithm>
#include <map>

#include "core/random.hpp"
#include "engram_test.hpp"

namespace engram {
namespace {

/// Sources of synapses, target by target.
std::vector<std::vector<NodeIndex>> drawn(std::uint64_t sources, std::uint64_t targets) {
    RandomStream random(random_key(1, Stream::rule), 0, 0);
    std::vector<std::vector<NodeIndex>> result(targets);
    for (auto& of_target : result)
        for (int k = 0; k < 5; ++k) of_target.push_back(random.below(sources));
    result.front().push_back(0);
    result.back().push_back(sources - 1);
    return result;
}

/// Every source gets as many places as it has synapses, side by side, in the order of the sources.
void expect_places(std::uint64_t sources, std::uint64_t targets, std::uint64_t expected) {
    const auto synapses = drawn(sources, targets);
    build::SourcePlaces places(sources, expected);
    std::map<NodeIndex, std::uint32_t> count;
    for (const auto& of_target : synapses) {
        places.expect(of_target);
        for (const NodeIndex source : of_target) ++count[source];
    }
    places.assign();
    EXPECT_EQ(places.used(), count.size());
    for (const auto& of_target : synapses) {
        const auto& numbers = places.numbers(of_target);
        ASSERT_EQ(numbers.size(), of_target.size());
        for (std::size_t k = 0; k < numbers.size(); ++k) {
            EXPECT_EQ(places.source(numbers[k]), of_target[k]);
            ++places.next()[numbers[k]];
        }
    }
    std::uint32_t end = 0;
    std::size_t seen = 0;
    for (std::size_t number = 0; number < places.next().size(); ++number) {
        const auto found = count.find(places.source(number));
        if (found != count.end()) {
            end += found->second;
            ++seen;
        }
        EXPECT_EQ(places.next()[number], end);
    }
    EXPECT_EQ(seen, count.size());
}

TEST(SourcePlaces, AreOfAllSourcesWhereMostHaveSynapses) { expect_places(100, 50, 250); }
TEST(SourcePlaces, AreOfThoseThatHaveSynapsesInALargeNetwork) {
    expect_places(std::uint64_t{1} << 40, 50, 250);
    expect_places(1001, 60, 300);
}
TEST(SourcePlaces, DoNotRestOnTheExpectedNumber) {
    expect_places(1000, 200, 0);
    expect_places(1000, 200, 1);
    expect_places(1000, 1, 1000000);
}

TEST(SourcePlaces, OfNothingAreNone) {
    build::SourcePlaces places(1000, 0);
    places.assign();
    EXPECT_EQ(places.used(), 0u);
    EXPECT_TRUE(places.next().empty());
}

}  // namespace
}  // namespace engram
