// SPDX-License-Identifier: Apache-2.0
// Rules between so few neurons that everything they can make is counted, over many seeds, and
// compared with its probability.
#include <cmath>
#include <functional>
#include <map>

#include "build/drawn.hpp"
#include "chi_square.hpp"
#include "engram_test.hpp"

namespace engram {
namespace {

using test::DrawnRule;
using Ends = DrawnRule::Ends;

/// What can come out, by the numbers of synapses of pairs, and its probability.
using Law = std::map<std::vector<int>, double>;

/// What two independent parts make together.
Law both(const Law& first, const Law& second) {
    Law result;
    for (const auto& [a, p] : first)
        for (const auto& [b, q] : second) {
            std::vector<int> joined = a;
            joined.insert(joined.end(), b.begin(), b.end());
            result[joined] += p * q;
        }
    return result;
}

/// `count` draws among pairs of which only some are allowed, with or without putting back.
Law draws(int count, const std::vector<bool>& allowed, bool repeat) {
    Law law{{std::vector<int>(allowed.size(), 0), 1.0}};
    for (int i = 0; i < count; ++i) {
        Law next;
        for (const auto& [state, p] : law) {
            std::vector<std::size_t> free;
            for (std::size_t pair = 0; pair < allowed.size(); ++pair)
                if (allowed[pair] && (repeat || state[pair] == 0)) free.push_back(pair);
            for (const std::size_t pair : free) {
                auto then = state;
                ++then[pair];
                next[then] += p / static_cast<double>(free.size());
            }
        }
        law = std::move(next);
    }
    return law;
}

std::vector<bool> pairs(std::uint64_t size, std::uint64_t without = ~std::uint64_t{0}) {
    std::vector<bool> allowed(size, true);
    if (without < size) allowed[without] = false;
    return allowed;
}

/// Each pair on its own, with these probabilities of 0, 1, 2, ... synapses; autapses with none.
Law independent(std::uint64_t sources, std::uint64_t targets, const std::vector<double>& of_pair,
                bool skip_self) {
    Law law{{{}, 1.0}}, pair, none{{{0}, 1.0}};
    for (std::size_t k = 0; k < of_pair.size(); ++k)
        if (of_pair[k] > 0.0) pair[{static_cast<int>(k)}] = of_pair[k];
    for (std::uint64_t s = 0; s < sources; ++s)
        for (std::uint64_t t = 0; t < targets; ++t)
            law = both(law, skip_self && s == t ? none : pair);
    return law;
}

/// `most`: as many synapses of a pair as count together. Fails by chance once in a million.
void expect_law(const Rule& rule, std::uint64_t sources, std::uint64_t targets, Ends ends,
                const Law& law, bool by_target = false, int most = 100) {
    SCOPED_TRACE(rule.name);
    DrawnRule drawn_rule(rule, sources, targets, ends);
    std::map<std::vector<int>, double> seen;
    constexpr int seeds = 12'000;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        const test::Drawn drawn = drawn_rule.draw(seed, 1 + seed % 3);
        std::vector<int> state;
        const std::uint64_t outer = by_target ? drawn.targets : drawn.sources;
        for (std::uint64_t i = 0; i < outer; ++i)
            for (std::uint64_t j = 0; j < drawn.synapses.size() / outer; ++j)
                state.push_back(std::min(most, by_target ? drawn.of(j, i) : drawn.of(i, j)));
        ASSERT_TRUE(law.contains(state)) << testing::PrintToString(state);
        ++seen[state];
    }
    std::vector<double> counts, probabilities;
    for (const auto& [state, probability] : law) {
        counts.push_back(seen[state]);
        probabilities.push_back(probability);
    }
    if (law.size() > 1) test::expect_distribution(counts, probabilities);
}

/// Rows of the matrix from a law for each, with the neuron itself left out where asked for.
Law rows(std::uint64_t count, std::uint64_t length, int degree, bool autapses, bool multapses) {
    Law law{{{}, 1.0}};
    for (std::uint64_t i = 0; i < count; ++i)
        law = both(law, draws(degree, autapses ? pairs(length) : pairs(length, i), multapses));
    return law;
}

TEST(RulesExact, FixedIndegree) {
    for (const bool autapses : {true, false})
        for (const bool multapses : {true, false})
            expect_law(fixed_indegree(2, autapses, multapses), 3, 3, Ends::same,
                       rows(3, 3, 2, autapses, multapses), true);
    expect_law(fixed_indegree(3, true, false), 5, 2, Ends::different, rows(2, 5, 3, true, false),
               true);
    expect_law(fixed_indegree(2, false, true), 3, 2, Ends::different, rows(2, 3, 2, true, true),
               true);
}

TEST(RulesExact, FixedOutdegree) {
    for (const bool autapses : {true, false})
        for (const bool multapses : {true, false})
            expect_law(fixed_outdegree(2, autapses, multapses), 3, 3, Ends::same,
                       rows(3, 3, 2, autapses, multapses));
    expect_law(fixed_outdegree(3, false, false), 2, 5, Ends::different, rows(2, 5, 3, true, false));
    expect_law(fixed_outdegree(2), 1, 4, Ends::device, rows(1, 4, 2, true, true));
    expect_law(fixed_outdegree(2, true, false), 1, 4, Ends::device, rows(1, 4, 2, true, false));
}

/// With two blocks of targets, whose shares are hypergeometric.
TEST(RulesExact, FixedOutdegreeOfNearlyAll) {
    expect_law(fixed_outdegree(16, true, false), 1, 18, Ends::different,
               rows(1, 18, 16, true, false));
}

TEST(RulesExact, FixedTotalNumber) {
    for (const bool multapses : {true, false}) {
        expect_law(fixed_total_number(3, true, multapses), 2, 3, Ends::different,
                   draws(3, pairs(6), multapses));
        std::vector<bool> others(9, true);
        others[0] = others[4] = others[8] = false;
        expect_law(fixed_total_number(2, false, multapses), 3, 3, Ends::same,
                   draws(2, others, multapses));
    }
    expect_law(fixed_total_number(2), 1, 4, Ends::device, draws(2, pairs(4), true));
}

TEST(RulesExact, PairwiseBernoulli) {
    for (const double p : {0.2, 0.7, 1.0}) {
        const std::vector<double> of_pair{1.0 - p, p};
        expect_law(pairwise_bernoulli(p), 2, 3, Ends::different, independent(2, 3, of_pair, false));
        expect_law(pairwise_bernoulli(p, false), 3, 3, Ends::same,
                   independent(3, 3, of_pair, true));
        expect_law(pairwise_bernoulli(p), 1, 4, Ends::device, independent(1, 4, of_pair, false));
    }
    expect_law(pairwise_bernoulli(0.0), 2, 2, Ends::different, {{{0, 0, 0, 0}, 1.0}});
}

TEST(RulesExact, PairwisePoisson) {
    constexpr double mean = 0.6;
    std::vector<double> of_pair{std::exp(-mean), mean * std::exp(-mean)};
    of_pair.push_back(1.0 - of_pair[0] - of_pair[1]);  // two and more
    expect_law(pairwise_poisson(mean), 2, 3, Ends::different, independent(2, 3, of_pair, false),
               false, 2);
    expect_law(pairwise_poisson(mean, false), 2, 2, Ends::same, independent(2, 2, of_pair, true),
               false, 2);
}

/// Each pair of neurons is connected both ways, as often as it is drawn.
TEST(RulesExact, SymmetricPairwiseBernoulli) {
    constexpr double p = 0.3;
    for (const bool multapses : {true, false}) {
        std::vector<double> of_pair{1.0 - p, p};
        if (multapses) of_pair = {(1.0 - p) * (1.0 - p), 2.0 * p * (1.0 - p), p * p};
        Law law;
        for (const auto& [drawn, probability] : independent(1, 3, of_pair, false)) {
            const int a = drawn[0], b = drawn[1], c = drawn[2];
            law[{0, a, b, a, 0, c, b, c, 0}] = probability;
        }
        expect_law(symmetric_pairwise_bernoulli(p, multapses), 3, 3, Ends::same, law);
    }
}

TEST(RulesExact, AllToAllAndOneToOne) {
    expect_law(all_to_all(), 2, 2, Ends::different, {{{1, 1, 1, 1}, 1.0}});
    expect_law(all_to_all(false), 2, 2, Ends::same, {{{0, 1, 1, 0}, 1.0}});
    expect_law(all_to_all(false), 2, 2, Ends::different, {{{1, 1, 1, 1}, 1.0}});
    expect_law(one_to_one(), 2, 2, Ends::different, {{{1, 0, 0, 1}, 1.0}});
}

}  // namespace
}  // namespace engram
