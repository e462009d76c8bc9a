// SPDX-License-Identifier: Apache-2.0
#include "core/random.hpp"

#include <bit>
#include <cmath>
#include <functional>
#include <set>

#include "chi_square.hpp"
#include "engram_test.hpp"

namespace engram {
namespace {

RandomStream stream(std::uint64_t what = 1) { return {random_key(12345, Stream::rule), what, 0}; }

/// The known answers of Random123 (kat_vectors, philox4x32 10).
TEST(Random, PhiloxGivesTheKnownAnswers) {
    using Words = std::array<std::uint32_t, 4>;
    EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}),
              (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
    constexpr std::uint32_t ones = 0xffffffff;
    EXPECT_EQ(philox({ones, ones, ones, ones}, {ones, ones}),
              (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
    EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
              (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Random, KeysDiffer) {
    std::set<std::pair<std::uint32_t, std::uint32_t>> keys;
    const std::uint64_t seeds[] = {0, 1, 2, std::uint64_t{1} << 32, ~std::uint64_t{0}};
    for (const auto seed : seeds)
        for (const auto use :
             {Stream::rule, Stream::weight, Stream::delay, Stream::neuron_value, Stream::poisson}) {
            const RandomKey key = random_key(seed, use);
            keys.emplace(key.low, key.high);
        }
    EXPECT_EQ(keys.size(), 25u);
}

/// A stream is its counter: (block, what low, what high, which).
TEST(Random, StreamsAreNamedByAllTheirIndices) {
    const RandomKey key = random_key(7, Stream::weight);
    RandomStream random(key, 0x123456789abcdef0, 42);
    for (std::uint32_t block = 0; block < 3; ++block)
        for (const std::uint32_t word : philox({block, 0x9abcdef0, 0x12345678, 42}, key))
            EXPECT_EQ(random.word(), word);
}

TEST(Random, BelowIsUniform) {
    for (const std::uint64_t bound : {1ull, 2ull, 7ull, 64ull, 1000ull}) {
        RandomStream random = stream(bound);
        std::vector<double> counts(bound, 0.0);
        for (int i = 0; i < 100000; ++i) ++counts.at(random.below(bound));
        if (bound > 1)
            test::expect_distribution(counts,
                                      std::vector<double>(bound, 1.0 / static_cast<double>(bound)));
    }
}

/// Bounds for which words have to be thrown away often (or every third number would come up twice
/// as often as the others), and those that need 64 bits.
TEST(Random, BelowLargeBoundsIsUniform) {
    for (const std::uint64_t bound :
         {0xc0000000ull, 0xffffffffull, 0x100000000ull, 0x180000000ull, 0xc000000000000000ull}) {
        RandomStream random = stream(bound);
        std::vector<double> counts(12, 0.0), remainders(3, 0.0);
        for (int i = 0; i < 100000; ++i) {
            const std::uint64_t drawn = random.below(bound);
            ASSERT_LT(drawn, bound);
            ++remainders[drawn % 3];
            ++counts[static_cast<std::size_t>(static_cast<double>(drawn) /
                                              static_cast<double>(bound) * 12.0)];
        }
        test::expect_distribution(counts, std::vector<double>(12, 1.0 / 12.0));
        test::expect_distribution(remainders, std::vector<double>(3, 1.0 / 3.0));
    }
}

/// Whether draws follow a distribution function.
void expect_draws(const Random& random, const std::function<double(double)>& below) {
    RandomStream source = stream(static_cast<std::uint64_t>(random.kind) + 100);
    constexpr int bins = 50, draws = 100000;
    std::vector<double> counts(bins, 0.0);
    for (int i = 0; i < draws; ++i) {
        const double value = source.draw(random);
        ASSERT_GE(value, random.min);
        ASSERT_LE(value, random.max);
        ++counts.at(
            static_cast<std::size_t>(std::min(bins - 1.0, std::floor(bins * below(value)))));
    }
    test::expect_distribution(counts, std::vector<double>(bins, 1.0 / bins));
}

double normal_below(double x, double mean, double sd) {
    return 0.5 * std::erfc(-(x - mean) / (sd * std::sqrt(2.0)));
}

TEST(Random, DrawsFollowTheirDistributions) {
    expect_draws(normal(-65.0, 5.0), [](double x) { return normal_below(x, -65.0, 5.0); });
    expect_draws(uniform(-2.0, 3.0), [](double x) { return (x + 2.0) / 5.0; });
    expect_draws(lognormal(0.5, 0.7), [](double x) { return normal_below(std::log(x), 0.5, 0.7); });
    expect_draws(exponential(3.0), [](double x) { return -std::expm1(-x / 3.0); });
}

TEST(Random, RedrawingCutsTheDistributionOff) {
    const double low = normal_below(0.0, 1.0, 2.0), high = normal_below(2.5, 1.0, 2.0);
    expect_draws(redraw(normal(1.0, 2.0), 0.0, 2.5),
                 [=](double x) { return (normal_below(x, 1.0, 2.0) - low) / (high - low); });
    expect_draws(redraw(exponential(2.0), 1.0, 9.0), [](double x) {
        return (std::exp(-0.5) - std::exp(-x / 2.0)) / (std::exp(-0.5) - std::exp(-4.5));
    });
}

/// Many at once are those that single draws give, redrawn ones and hopeless ones included.
TEST(Random, DrawsOfManyAreThoseOfEach) {
    for (const Random& random :
         {normal(-65.0, 5.0), uniform(-2.0, 3.0), lognormal(0.5, 0.7), exponential(3.0),
          redraw(normal(1.0, 2.0), 0.0, 2.5), redraw(exponential(2.0), 1.0, 9.0),
          redraw(normal(0.0, 1.0), 100.0, 101.0)})
        for (const std::size_t count : {0u, 1u, 127u, 128u, 129u, 1000u}) {
            RandomStream one = stream(count), other = stream(count);
            std::vector<double> each, many(count);
            for (std::size_t i = 0; i < count; ++i) each.push_back(one.draw(random));
            other.draw_all(random, many);
            EXPECT_EQ(many, each);
        }
}

/// Many words and many numbers below a bound are those of single calls, wherever in a block the
/// stream was before; it goes on behind them.
TEST(Random, WordsOfManyAreThoseOfEach) {
    for (int lead = 0; lead < 5; ++lead)
        for (const std::size_t count : {0u, 1u, 2u, 3u, 4u, 5u, 31u, 32u, 33u, 36u, 1000u}) {
            RandomStream one = stream(count), other = stream(count);
            for (int i = 0; i < lead; ++i) EXPECT_EQ(one.word(), other.word());
            std::vector<std::uint32_t> each, many(count);
            for (std::size_t i = 0; i < count; ++i) each.push_back(one.word());
            other.words(many);
            EXPECT_EQ(many, each);
            EXPECT_EQ(other.word(), one.word());
        }
}

TEST(Random, ManyBelowABoundAreThoseOfEach) {
    for (const std::uint64_t bound : {1ull, 7ull, 20'000ull, 0x80000001ull, 0xc0000000ull,
                                      0xffffffffull, 0x100000000ull, 0x180000000ull})
        for (const std::size_t count : {0u, 1u, 255u, 256u, 257u, 5000u}) {
            RandomStream one = stream(count), other = stream(count);
            EXPECT_EQ(one.word(), other.word());
            std::vector<std::uint64_t> each, many(count);
            for (std::size_t i = 0; i < count; ++i) each.push_back(one.below(bound));
            other.below_all(bound, many);
            EXPECT_EQ(many, each) << bound;
            EXPECT_EQ(other.word(), one.word());
        }
}

/// Of all processors and lengths of vectors: what single draws gave once. The lognormal ones reach
/// beyond the ends of exp.
TEST(Random, BitsAreThoseOfEveryProcessor) {
    const auto digest = [](const Random& random) {
        std::vector<double> values(100'003);
        stream().draw_all(random, values);
        std::uint64_t sum = 0;
        for (const double value : values)
            sum = (sum ^ std::bit_cast<std::uint64_t>(value)) * 0x100000001b3;
        return sum;
    };
    EXPECT_EQ(digest(redraw(normal(1.5, 0.75), 0.1, 1e9)), 0xac8874959723afb7u);
    EXPECT_EQ(digest(uniform(-2.0, 3.0)), 0x80897f6361175707u);
    EXPECT_EQ(digest(lognormal(0.5, 0.7)), 0x1a2f2f4a9f5dc7c3u);
    EXPECT_EQ(digest(lognormal(700.0, 50.0)), 0xae90992f6ba0e334u);
    EXPECT_EQ(digest(lognormal(-700.0, 50.0)), 0x5a8526b8e7373e64u);
    EXPECT_EQ(digest(redraw(exponential(2.0), 1.0, 9.0)), 0x679d3afe2c0683fu);
}

/// Where a value within the bounds is hopeless, the nearest bound stands in.
TEST(Random, RedrawingEnds) {
    RandomStream random = stream();
    EXPECT_EQ(random.draw(redraw(normal(0.0, 1.0), 100.0, 101.0)), 100.0);
    EXPECT_EQ(random.draw(redraw(uniform(0.0, 1.0), -5.0, -4.0)), -4.0);
}

}  // namespace
}  // namespace engram
