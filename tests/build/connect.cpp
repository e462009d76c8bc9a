// SPDX-License-Identifier: Apache-2.0
// The synapses that rules make: as many as asked for, spread evenly, with the values asked for, the
// same for every partition.
#include "build/connect.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "chi_square.hpp"
#include "engram_test.hpp"
#include "simulation/observed.hpp"

namespace engram {
namespace {

using test::world;

constexpr std::uint64_t n_a = 300, n_b = 200;

/// Collective. The synapses of A onto B, or A onto A.
ConnectionList made(const Rule& rule, const Synapse& synapse = {}, const std::string& target = "B",
                    int threads = test::threads(), std::uint64_t targets = n_b) {
    NetworkDescription d;
    d.seed = 4711;
    d.population("A", "iaf_psc_delta", n_a);
    d.population("B", "iaf_psc_delta", targets);
    d.connect("A", {target}, rule, synapse, "p");
    return Simulation(world(), d, test::on_threads(threads)).connections("p");
}

/// Each list as NEST's GetConnections would sort it.
std::vector<std::tuple<std::uint64_t, std::uint64_t, double, double>> rows(
    const ConnectionList& list) {
    std::vector<std::tuple<std::uint64_t, std::uint64_t, double, double>> result;
    for (std::size_t i = 0; i < list.source.size(); ++i)
        result.emplace_back(list.target[i], list.source[i], list.delay[i], list.weight[i]);
    return result;
}

TEST(Connect, FixedIndegreeGivesEachTargetAsMany) {
    std::vector<double> sources(n_a, 0.0), targets(n_b, 0.0);
    for (const auto& [target, source, delay, weight] : rows(made(fixed_indegree(100)))) {
        ++sources.at(source);
        ++targets.at(target);
    }
    EXPECT_EQ(targets, std::vector<double>(n_b, 100.0));
    test::expect_distribution(sources, std::vector<double>(n_a, 1.0 / n_a));
}

/// How many pairs are connected more than once, and how many neurons to themselves.
std::pair<int, int> multapses_and_autapses(const Rule& rule) {
    std::map<std::pair<std::uint64_t, std::uint64_t>, int> pairs;
    int multapses = 0, autapses = 0;
    std::vector<int> indegree(n_a, 0);
    for (const auto& [target, source, delay, weight] : rows(made(rule, {}, "A"))) {
        multapses += pairs[{target, source}]++ == 1 ? 1 : 0;
        autapses += target == source ? 1 : 0;
        ++indegree.at(target);
    }
    EXPECT_EQ(indegree, std::vector<int>(n_a, indegree[0]));
    return {multapses, autapses};
}

TEST(Connect, FixedIndegreeKeepsToItsOptions) {
    const auto [m1, a1] = multapses_and_autapses(fixed_indegree(50, true, true));
    EXPECT_GT(m1, 500);
    EXPECT_NEAR(a1, 50, 35);
    const auto [m2, a2] = multapses_and_autapses(fixed_indegree(50, false, true));
    EXPECT_GT(m2, 500);
    EXPECT_EQ(a2, 0);
    const auto [m3, a3] = multapses_and_autapses(fixed_indegree(50, true, false));
    EXPECT_EQ(m3, 0);
    EXPECT_NEAR(a3, 50, 35);
    EXPECT_EQ(multapses_and_autapses(fixed_indegree(n_a - 1, false, false)),
              std::pair(0, 0));  // all that can be
    EXPECT_EQ(multapses_and_autapses(fixed_indegree(n_a, true, false)),
              std::pair(0, static_cast<int>(n_a)));
}

/// Without multapses too, each source is as likely as another, whatever the target.
TEST(Connect, FixedIndegreeWithoutMultapsesIsEven) {
    std::vector<double> distance(n_a, 0.0), sources(n_a, 0.0);
    for (const auto& [target, source, delay, weight] :
         rows(made(fixed_indegree(20, false, false), {}, "A"))) {
        ++distance[(source + n_a - target) % n_a];
        ++sources[source];
    }
    EXPECT_EQ(distance[0], 0.0);
    distance.erase(distance.begin());
    test::expect_distribution(distance, std::vector<double>(n_a - 1, 1.0 / (n_a - 1)));
    test::expect_distribution(sources, std::vector<double>(n_a, 1.0 / n_a));
}

/// Sources and targets of N synapses are independent and even, as are the numbers of synapses of
/// targets: multinomial, neither all alike nor clustered.
TEST(Connect, FixedTotalNumberIsEven) {
    constexpr std::uint64_t N = 40'007;
    std::vector<double> sources(n_a, 0.0), targets(n_b, 0.0), distance(n_a, 0.0);
    const auto list = rows(made(fixed_total_number(N)));
    ASSERT_EQ(list.size(), N);
    for (const auto& [target, source, delay, weight] : list) {
        ++sources.at(source);
        ++targets.at(target);
        ++distance.at((source + n_a - target) % n_a);
    }
    test::expect_distribution(sources, std::vector<double>(n_a, 1.0 / n_a));
    test::expect_distribution(targets, std::vector<double>(n_b, 1.0 / n_b));
    test::expect_distribution(distance, std::vector<double>(n_a, 1.0 / n_a));
    double spread = 0.0;
    for (const double count : targets) spread += std::pow(count - N / double{n_b}, 2.0);
    EXPECT_GT(spread, 0.6 * N);  // N (1 - 1 / n_b) is expected
}

TEST(Connect, FixedTotalNumberKeepsToItsOptions) {
    EXPECT_TRUE(made(fixed_total_number(0)).source.empty());
    EXPECT_EQ(made(fixed_total_number(1)).source.size(), 1u);
    const auto others = made(fixed_total_number(30'000, false), {}, "A");
    EXPECT_EQ(others.source.size(), 30'000u);
    std::vector<double> distance(n_a, 0.0);
    for (std::size_t i = 0; i < others.source.size(); ++i)
        ++distance[(others.source[i] + n_a - others.target[i]) % n_a];
    EXPECT_EQ(distance[0], 0.0);
    distance.erase(distance.begin());
    test::expect_distribution(distance, std::vector<double>(n_a - 1, 1.0 / (n_a - 1)));
    const auto all = rows(made(fixed_total_number(n_a * (n_a - 1), false, false), {}, "A"));
    EXPECT_EQ(std::set(all.begin(), all.end()).size(), n_a * (n_a - 1));
    EXPECT_ERROR(made(fixed_total_number(n_a * n_b + 1, true, false)), "only 60000 pairs",
                 "Lower N or allow multapses");
    EXPECT_ERROR(made(fixed_total_number(std::uint64_t{1} << 41)), "2^40", "Split the projection");
}

TEST(Connect, RulesCheckTheirOptions) {
    const auto in_a = [](const Rule& rule) { return made(rule, {}, "A"); };
    EXPECT_ERROR(in_a(fixed_outdegree(n_a, false, false)), "outdegree = 300 (only 299 targets",
                 "Lower outdegree or allow multapses");
    EXPECT_ERROR(in_a(fixed_outdegree(std::uint64_t{1} << 33)), "more than 2^40 synapses",
                 "Split the projection");
    EXPECT_ERROR(in_a(pairwise_bernoulli(1.1)), "p = 1.1 (must be between 0 and 1)");
    EXPECT_ERROR(in_a(pairwise_poisson(-1.0)), "pairwise_avg_num_conns = -1 (must not be negative");
    EXPECT_ERROR(in_a(pairwise_poisson(1e9)), "more than 2^32 synapses");
    Rule rule = pairwise_poisson(1.0);
    rule.parameters["allow_multapses"] = false;
    EXPECT_ERROR(in_a(rule), "allow_multapses = false", "use pairwise_bernoulli");
    rule = symmetric_pairwise_bernoulli(0.1);
    EXPECT_ERROR(made(rule), "source and target differ", "Use pairwise_bernoulli");
    rule.parameters = {{"p", 0.1}};
    EXPECT_ERROR(in_a(rule), "allow_autapses = true", "make_symmetric = false");
}

/// Most virtual processes have no target then.
TEST(Connect, FixedTotalNumberFillsFewTargets) {
    const Synapse random{.weight = normal(0.0, 1.0), .delay = uniform(0.1, 20.0)};
    for (const std::uint64_t targets : {1u, 2u, 3u})
        for (const std::uint64_t N : {0u, 1u, 20'000u}) {
            const Rule rule = fixed_total_number(N);
            const auto list = rows(made(rule, random, "B", 1, targets));
            ASSERT_EQ(list.size(), N);
            EXPECT_EQ(rows(made(rule, random, "B", 5, targets)), list);
            std::vector<double> of_targets(targets, 0.0);
            for (const auto& row : list) ++of_targets.at(std::get<0>(row));
            if (targets > 1 && N > 1)
                test::expect_distribution(
                    of_targets, std::vector<double>(targets, 1.0 / static_cast<double>(targets)));
        }
}

TEST(Connect, OneToOneAndAllToAll) {
    const auto one = made(one_to_one(), {}, "A");
    ASSERT_EQ(one.source.size(), n_a);
    EXPECT_EQ(one.source, one.target);
    const auto all = made(all_to_all());
    ASSERT_EQ(all.source.size(), n_a * n_b);
    for (std::size_t i = 0; i < all.source.size(); ++i)
        ASSERT_TRUE(all.target[i] == i / n_a && all.source[i] == i % n_a) << i;
    const auto others = made(all_to_all(false), {}, "A");
    EXPECT_EQ(others.source.size(), n_a * (n_a - 1));
    for (std::size_t i = 0; i < others.source.size(); ++i)
        ASSERT_NE(others.source[i], others.target[i]);
}

/// A list comes back with the values that belong to each synapse, ordered by target, source and
/// delay; synapses that agree in these keep their order.
TEST(Connect, ExplicitListKeepsItsValues) {
    ConnectionList list;
    for (std::uint64_t i = 0; i < 1000; ++i) {
        list.source.push_back(i * 7919 % 11);
        list.target.push_back(i * 104729 % 13);
        list.delay.push_back(static_cast<double>(1 + i * 31 % 5) / 10.0);
        list.weight.push_back(static_cast<double>(i));
    }
    auto wanted = rows(list);
    std::ranges::stable_sort(wanted, [](const auto& a, const auto& b) {
        return std::tuple(std::get<0>(a), std::get<1>(a), std::get<2>(a)) <
               std::tuple(std::get<0>(b), std::get<1>(b), std::get<2>(b));
    });
    EXPECT_EQ(rows(made(explicit_list(list))), wanted);
}

TEST(Connect, ArraysOfValuesBelongToTheTargets) {
    std::vector<double> weights, delays;
    for (std::uint64_t i = 0; i < n_a; ++i) {
        weights.push_back(0.5 * static_cast<double>(i));
        delays.push_back(static_cast<double>(1 + i % 9));
    }
    const auto list = made(one_to_one(), {.weight = weights, .delay = delays}, "A");
    EXPECT_EQ(list.weight, weights);
    EXPECT_EQ(list.delay, delays);
}

TEST(Connect, EveryPartitionMakesTheSameSynapses) {
    const Synapse random{.weight = normal(0.0, 1.0), .delay = uniform(0.1, 20.0)};
    for (const Rule& rule : {fixed_indegree(30), fixed_indegree(30, false, false),
                             fixed_total_number(5000), all_to_all(false), one_to_one()}) {
        const auto one = rows(made(rule, random, "A", 1));
        for (const int threads : {2, 4, 7}) EXPECT_EQ(rows(made(rule, random, "A", threads)), one);
    }
    // Of all ranks and processors: what this test printed once.
    EXPECT_EQ(test::fingerprint(made(fixed_indegree(30), random).source),
              "48165e503793c092 (6000)");
    EXPECT_EQ(test::fingerprint(made(fixed_indegree(30, false, false), random, "A").source),
              "85519242e831c122 (9000)");
    EXPECT_EQ(test::fingerprint(made(fixed_total_number(5000), random).source),
              "98425cdbf8fd60eb (5000)");
    const auto list = made(fixed_indegree(30), random);
    EXPECT_EQ(test::fingerprint(list.weight, list.delay), "11769c08312977bc (12000)");
}

/// Mean and standard deviation of random weights; each synapse has its own.
void expect_weights(const Value& weight, double mean, double sd) {
    const auto list = made(fixed_indegree(100), {.weight = weight});
    const auto n = static_cast<double>(list.weight.size());
    double sum = 0.0, squares = 0.0;
    for (const double w : list.weight) sum += w;
    for (const double w : list.weight) squares += (w - sum / n) * (w - sum / n);
    EXPECT_NEAR(sum / n, mean, 5.0 * sd / std::sqrt(n));
    EXPECT_NEAR(std::sqrt(squares / n), sd, 0.05 * sd);
    EXPECT_EQ(std::set<double>(list.weight.begin(), list.weight.end()).size(), list.weight.size());
}

TEST(Connect, WeightsFollowTheirDistributions) {
    expect_weights(normal(2.0, 0.5), 2.0, 0.5);
    expect_weights(uniform(-1.0, 3.0), 1.0, 4.0 / std::sqrt(12.0));
    expect_weights(exponential(0.7), 0.7, 0.7);
    expect_weights(lognormal(0.1, 0.4), std::exp(0.18),
                   std::exp(0.18) * std::sqrt(std::exp(0.16) - 1.0));
    expect_weights(redraw(normal(0.0, 1.0), 0.0, 1e9), std::sqrt(2.0 / M_PI),
                   std::sqrt(1.0 - 2.0 / M_PI));
}

TEST(Connect, DelaysAreWholeSteps) {
    const auto list = made(fixed_indegree(100), {.delay = uniform(0.5, 3.0)});
    std::vector<double> counts(31, 0.0), probabilities(31, 0.0);
    for (const double delay : list.delay) {
        const double steps = std::round(10.0 * delay);
        ASSERT_EQ(delay, steps / 10.0);
        ++counts.at(static_cast<std::size_t>(steps));
    }
    for (std::size_t s = 5; s <= 30; ++s) probabilities[s] = s == 5 || s == 30 ? 0.02 : 0.04;
    test::expect_distribution(counts, probabilities);
    EXPECT_ERROR(made(fixed_indegree(10), {.delay = normal(0.2, 1.0)}), "delay", "65535 steps");
}

/// Delays and receptors of one synapse may together need more than the 16 bits that are tried
/// first, those of many synapses or of few. What is drawn does not depend on the neurons'
/// receptors.
TEST(Connect, DelaysMayBeLong) {
    const auto between = [](const std::string& model, const Value& delay) {
        NetworkDescription d;
        d.seed = 4711;
        d.population("A", model, n_a);
        d.connect("A", {"A"}, fixed_indegree(40), {.weight = normal(0.0, 1.0), .delay = delay},
                  "p");
        return rows(Simulation(world(), d, test::on_threads(test::threads())).connections("p"));
    };
    const auto long_ones = [&](const Value& delay) {
        const auto one_receptor = between("iaf_psc_delta", delay);
        EXPECT_EQ(between("iaf_psc_exp", delay), one_receptor);
        EXPECT_EQ(one_receptor.size(), 40 * n_a);
        return std::count_if(one_receptor.begin(), one_receptor.end(),
                             [](const auto& row) { return std::get<2>(row) > 3276.7; });
    };
    EXPECT_EQ(long_ones(uniform(0.1, 3000.0)), 0);
    EXPECT_GT(long_ones(uniform(0.1, 6553.0)), 5000);
    const auto few = long_ones(redraw(exponential(400.0), 0.1, 6553.0));
    EXPECT_GT(few, 0);
    EXPECT_LT(few, 10);
}

/// Far more synapses than have their delays held at a time, and delays that only late targets
/// show to be long: each has the values of its own draws, whatever else is connected.
TEST(Connect, DelaysAreThoseDrawnInHoweverManyParts) {
    constexpr std::uint64_t n = 1'500;
    std::vector<double> delays(n, 0.1);
    for (const double longest : {0.1, 30.0, 4'000.0}) {
        delays.back() = longest;
        NetworkDescription d;
        d.population("A", "iaf_psc_delta", n);
        d.population("B", "iaf_psc_exp", n);
        d.connect("A", {"B"}, all_to_all(), {"static_synapse", 1.0, uniform(0.1, 3.0)}, "p");
        d.connect("A", {"B"}, one_to_one(), {"static_synapse", 1.0, delays}, "q");
        Simulation simulation(world(), d, test::on_threads(test::threads()));
        const auto p = simulation.connections("p"), q = simulation.connections("q");
        ASSERT_EQ(p.source.size(), n * n);
        ASSERT_EQ(q.source.size(), n);
        std::vector<double> drawn(30, 0.0);
        std::vector<int> pairs(n * n, 0);
        for (std::size_t i = 0; i < p.source.size(); ++i) {
            ++drawn.at(static_cast<std::size_t>(std::lround(p.delay[i] * 10.0)) - 1);
            ++pairs.at(p.source[i] * n + p.target[i]);
        }
        EXPECT_EQ(pairs, std::vector<int>(n * n, 1));
        std::vector<double> expected(30, 2.0 / 58.0);
        expected.front() = expected.back() = 1.0 / 58.0;
        test::expect_distribution(drawn, expected);
        for (std::size_t i = 0; i < q.source.size(); ++i)
            ASSERT_NEAR(q.delay[i], delays[q.target[i]], 1e-9);
    }
}

}  // namespace
}  // namespace engram
