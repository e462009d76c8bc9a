// SPDX-License-Identifier: Apache-2.0
// Rules between hundreds of neurons: numbers of synapses of neurons and pairs, where they lie, and
// whether anything depends on what it must not depend on. Chi square with fixed seeds; each would
// fail by chance once in a million.
#include <algorithm>
#include <cmath>
#include <functional>

#include "build/drawn.hpp"
#include "chi_square.hpp"
#include "engram_test.hpp"

namespace engram {
namespace {

using test::Drawn;
using test::DrawnRule;
using Ends = DrawnRule::Ends;

double log_choose(double n, double k) {
    return std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0);
}

using Probability = std::function<double(double)>;  // of a number

Probability binomial(double n, double p) {
    return [=](double k) {
        return k > n ? 0.0
                     : std::exp(log_choose(n, k) + k * std::log(p) + (n - k) * std::log1p(-p));
    };
}
Probability poisson(double mean) {
    return [=](double k) { return std::exp(k * std::log(mean) - mean - std::lgamma(k + 1.0)); };
}
Probability hypergeometric(double good, double bad, double drawn) {
    return [=](double k) {
        return k > good || k > drawn || drawn - k > bad
                   ? 0.0
                   : std::exp(log_choose(good, k) + log_choose(bad, drawn - k) -
                              log_choose(good + bad, drawn));
    };
}

void expect_numbers(const std::vector<int>& numbers, const Probability& probability) {
    const int most = *std::max_element(numbers.begin(), numbers.end());
    std::vector<double> counts(static_cast<std::size_t>(most) + 2, 0.0), probabilities;
    for (const int number : numbers) ++counts[static_cast<std::size_t>(number)];
    double rest = 1.0;
    for (std::size_t k = 0; k + 1 < counts.size(); ++k) {
        probabilities.push_back(probability(static_cast<double>(k)));
        rest -= probabilities.back();
    }
    probabilities.push_back(std::max(0.0, rest));
    test::expect_distribution(counts, probabilities);
}

/// All of several seeds.
struct Many {
    std::vector<Drawn> all;

    Many(const Rule& rule, std::uint64_t sources, std::uint64_t targets, Ends ends, int seeds) {
        DrawnRule drawn(rule, sources, targets, ends);
        for (int seed = 1; seed <= seeds; ++seed)
            all.push_back(drawn.draw(static_cast<std::uint64_t>(seed),
                                     1 + static_cast<std::uint64_t>(seed) % 3));
    }
    [[nodiscard]] std::vector<int> joined(auto part) const {
        std::vector<int> result;
        for (const Drawn& one : all) {
            const auto more = part(one);
            result.insert(result.end(), more.begin(), more.end());
        }
        return result;
    }
    [[nodiscard]] std::vector<int> indegrees() const {
        return joined([](const Drawn& one) { return one.indegrees(); });
    }
    [[nodiscard]] std::vector<int> outdegrees() const {
        return joined([](const Drawn& one) { return one.outdegrees(); });
    }
    /// Of pairs of different neurons when source and target are the same.
    [[nodiscard]] std::vector<int> pairs(bool same) const {
        return joined([same](const Drawn& one) {
            std::vector<int> result;
            for (std::size_t i = 0; i < one.synapses.size(); ++i)
                if (!same || i / one.targets != i % one.targets) result.push_back(one.synapses[i]);
            return result;
        });
    }
};

/// Every source, every target, and every distance between them is as likely as the others.
void expect_even(const Many& many, bool without_self) {
    const std::uint64_t sources = many.all[0].sources, targets = many.all[0].targets;
    std::vector<double> of_source(sources, 0.0), of_target(targets, 0.0), distance(targets, 0.0);
    for (const Drawn& one : many.all)
        for (std::uint64_t s = 0; s < sources; ++s)
            for (std::uint64_t t = 0; t < targets; ++t) {
                of_source[s] += one.of(s, t);
                of_target[t] += one.of(s, t);
                distance[(t + targets - s % targets) % targets] += one.of(s, t);
            }
    const auto expect = [](const std::vector<double>& counts) {
        const auto bins = static_cast<double>(counts.size());
        test::expect_distribution(counts, std::vector<double>(counts.size(), 1.0 / bins));
    };
    expect(of_source);
    expect(of_target);
    if (without_self) {
        EXPECT_EQ(distance[0], 0.0);
        distance.erase(distance.begin());
    }
    expect(distance);
}

/// The synapses of a source onto the first third of the targets: how they are split.
std::vector<int> onto_first_third(const Many& many) {
    return many.joined([](const Drawn& one) {
        std::vector<int> result(one.sources, 0);
        for (std::uint64_t s = 0; s < one.sources; ++s)
            for (std::uint64_t t = 0; t < one.targets / 3; ++t) result[s] += one.of(s, t);
        return result;
    });
}

constexpr std::uint64_t n = 300;
constexpr double size = n;

TEST(RulesStatistics, FixedIndegree) {
    constexpr int indegree = 40;
    for (const bool multapses : {true, false})
        for (const bool autapses : {true, false}) {
            const Many many(fixed_indegree(indegree, autapses, multapses), n, n, Ends::same, 10);
            EXPECT_EQ(many.indegrees(), std::vector<int>(10 * n, indegree));
            expect_even(many, !autapses);
            const double others = autapses ? size : size - 1.0;
            const auto pairs = many.pairs(true);
            if (multapses) {
                expect_numbers(pairs, binomial(indegree, 1.0 / others));
            } else {
                EXPECT_EQ(*std::max_element(pairs.begin(), pairs.end()), 1);
                expect_numbers(many.outdegrees(), binomial(others, indegree / others));
            }
        }
}

TEST(RulesStatistics, FixedOutdegree) {
    constexpr int outdegree = 250;  // 75,000 slots, more than are shuffled at once
    for (const bool autapses : {true, false}) {
        const Many many(fixed_outdegree(outdegree, autapses), n, n, Ends::same, 10);
        EXPECT_EQ(many.outdegrees(), std::vector<int>(10 * n, outdegree));
        expect_even(many, !autapses);
        const double others = autapses ? size : size - 1.0;
        expect_numbers(many.pairs(true), binomial(outdegree, 1.0 / others));
        const double sources = outdegree * (autapses ? size : size - 1.0);
        expect_numbers(many.indegrees(), binomial(sources, 1.0 / others));
        if (autapses) expect_numbers(onto_first_third(many), binomial(outdegree, 1.0 / 3.0));
    }
}

TEST(RulesStatistics, FixedOutdegreeWithoutMultapses) {
    for (const int outdegree : {5, 60, 240})
        for (const bool autapses : {true, false}) {
            const Many many(fixed_outdegree(static_cast<std::uint64_t>(outdegree), autapses, false),
                            n, n, Ends::same, 10);
            EXPECT_EQ(many.outdegrees(), std::vector<int>(10 * n, outdegree));
            const auto pairs = many.pairs(false);
            EXPECT_EQ(*std::max_element(pairs.begin(), pairs.end()), 1);
            expect_even(many, !autapses);
            const double others = autapses ? size : size - 1.0;
            expect_numbers(many.indegrees(), binomial(others, outdegree / others));
            if (autapses)
                expect_numbers(onto_first_third(many),
                               hypergeometric(size / 3.0, 2.0 * size / 3.0, outdegree));
        }
}

TEST(RulesStatistics, FixedTotalNumber) {
    constexpr std::uint64_t N = 20'011;
    for (const bool multapses : {true, false})
        for (const bool autapses : {true, false}) {
            const Many many(fixed_total_number(N, autapses, multapses), n, n, Ends::same, 20);
            expect_even(many, !autapses);
            const double others = autapses ? size : size - 1.0;
            const double pairs = size * others;
            for (const auto& degrees : {many.indegrees(), many.outdegrees()})
                if (multapses) expect_numbers(degrees, binomial(N, 1.0 / size));
                else expect_numbers(degrees, hypergeometric(others, pairs - others, N));
            if (multapses) expect_numbers(many.pairs(!autapses), binomial(N, 1.0 / pairs));
            else expect_numbers(many.pairs(!autapses), binomial(1.0, N / pairs));
        }
}

TEST(RulesStatistics, PairwiseBernoulli) {
    for (const double p : {0.01, 0.3, 0.9}) {
        const Many apart(pairwise_bernoulli(p), n, 200, Ends::different, 10);
        expect_even(apart, false);
        expect_numbers(apart.indegrees(), binomial(size, p));
        expect_numbers(apart.outdegrees(), binomial(200.0, p));
        const Many same(pairwise_bernoulli(p, false), n, n, Ends::same, 10);
        expect_even(same, true);
        expect_numbers(same.indegrees(), binomial(size - 1.0, p));
        expect_numbers(same.pairs(true), binomial(1.0, p));
    }
}

TEST(RulesStatistics, PairwisePoisson) {
    for (const double mean : {0.02, 0.5, 3.0}) {
        const Many apart(pairwise_poisson(mean), n, 200, Ends::different, 10);
        expect_even(apart, false);
        expect_numbers(apart.indegrees(), poisson(mean * size));
        expect_numbers(apart.outdegrees(), poisson(mean * 200.0));
        expect_numbers(apart.pairs(false), poisson(mean));
        const Many same(pairwise_poisson(mean, false), n, n, Ends::same, 10);
        expect_even(same, true);
        expect_numbers(same.indegrees(), poisson(mean * (size - 1.0)));
    }
}

TEST(RulesStatistics, SymmetricPairwiseBernoulli) {
    for (const double p : {0.02, 0.3, 0.8})
        for (const bool multapses : {true, false}) {
            const Many many(symmetric_pairwise_bernoulli(p, multapses), n, n, Ends::same, 10);
            for (const Drawn& one : many.all)
                for (std::uint64_t s = 0; s < n; ++s)
                    for (std::uint64_t t = 0; t <= s; ++t)
                        ASSERT_EQ(one.of(s, t), one.of(t, s)) << s << " " << t;
            const double times = multapses ? 2.0 : 1.0;
            expect_numbers(many.indegrees(), binomial(times * (size - 1.0), p));
            std::vector<int> upper;
            std::vector<double> distance(n, 0.0), expected(n, 0.0);
            for (const Drawn& one : many.all)
                for (std::uint64_t s = 0; s < n; ++s)
                    for (std::uint64_t t = s + 1; t < n; ++t) {
                        upper.push_back(one.of(s, t));
                        distance[t - s] += one.of(s, t);
                        expected[t - s] += 2.0 / (10.0 * size * (size - 1.0));
                    }
            expect_numbers(upper, binomial(times, p));
            test::expect_distribution(distance, expected);
        }
}

/// What a rule says of the chance of a pair.
TEST(RulesStatistics, ChancesAreThoseOfPairs) {
    for (const bool multapses : {true, false})
        for (const bool autapses : {true, false}) {
            const Rule rule = fixed_outdegree(100, autapses, multapses);
            const std::vector<int> pairs = Many(rule, n, n, Ends::same, 5).pairs(!autapses);
            const auto trials = static_cast<double>(pairs.size());
            const double connected =
                trials - static_cast<double>(std::count(pairs.begin(), pairs.end(), 0));
            const double chance = DrawnRule(rule, n, n, Ends::same).chance().value();
            EXPECT_NEAR(connected / trials, chance,
                        5.0 * std::sqrt(chance * (1.0 - chance) / trials));
        }
    EXPECT_FALSE(DrawnRule(pairwise_bernoulli(0.1), n, n).chance().has_value());
}

/// Other seeds give other synapses, other parts the same.
TEST(RulesStatistics, SeedsDiffer) {
    for (const Rule& rule :
         {fixed_indegree(10), fixed_outdegree(10), fixed_outdegree(10, true, false),
          fixed_total_number(3000), fixed_total_number(3000, true, false), pairwise_bernoulli(0.1),
          pairwise_poisson(0.1), symmetric_pairwise_bernoulli(0.1)}) {
        DrawnRule drawn(rule, n, n, Ends::same);
        EXPECT_EQ(drawn.draw(1).synapses, drawn.draw(1, 7).synapses) << rule.name;
        EXPECT_NE(drawn.draw(1).synapses, drawn.draw(2).synapses) << rule.name;
    }
}

}  // namespace
}  // namespace engram
