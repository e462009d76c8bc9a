// SPDX-License-Identifier: Apache-2.0
// Poisson numbers: distributed as they should be, and the same whoever draws them.
#include "state/poisson_counts.hpp"

#include <cmath>
#include <functional>

#include "state/device_input.hpp"
#include "chi_square.hpp"
#include "engram_test.hpp"

namespace engram {
namespace {

const RandomKey key = random_key(99, Stream::poisson);

double probability(double mean, int count) {
    return std::exp(count * std::log(mean) - mean - std::lgamma(count + 1.0));
}

/// The same mean in all steps.
std::function<double(Step)> constant(double mean) {
    return [mean](Step) { return mean; };
}

TEST(PoissonCounts, FollowTheDistribution) {
    for (const double mean : {0.01, 0.08, 1.3, 12.0, 200.0, 5000.0}) {
        const PoissonTable table(mean);
        const int low = std::max(0, static_cast<int>(mean - 8.0 * std::sqrt(mean)));
        const int high = static_cast<int>(mean + 8.0 * std::sqrt(mean)) + 10;
        std::vector<double> counts(static_cast<std::size_t>(high - low), 0.0), probabilities;
        for (int n = low; n < high; ++n) probabilities.push_back(probability(mean, n));
        std::array<std::int32_t, poisson_group> drawn;
        for (Step step = 0; step < 4000; ++step) {
            draw_poisson(table, {static_cast<NodeIndex>(step) % 7, step, 0, 3}, key, drawn);
            for (const std::int32_t n : drawn) ++counts.at(static_cast<std::size_t>(n - low));
        }
        SCOPED_TRACE(mean);
        test::expect_distribution(counts, probabilities);
    }
}

/// What poisson_counts.hpp says: word w of counter j belongs to neuron 64 group + 16 w + j.
TEST(PoissonCounts, AreThoseOfTheirCounters) {
    for (const double mean : {0.08, 200.0}) {  // few thresholds, and many
        const PoissonTable table(mean);
        for (const PoissonCounter& c :
             {PoissonCounter{0, 1, 0, 0}, PoissonCounter{12345, 77, 3, 9},
              PoissonCounter{1 << 20, (Step{1} << 32) + 5, 65535, 4000000000}}) {
            std::array<std::int32_t, poisson_group> drawn;
            draw_poisson(table, c, key, drawn);
            for (std::uint32_t j = 0; j < 16; ++j) {
                const auto words =
                    philox({static_cast<std::uint32_t>(16 * c.group) + j,
                            static_cast<std::uint32_t>(c.step),
                            static_cast<std::uint32_t>(c.step >> 32) | c.k << 16, c.projection},
                           key);
                for (std::size_t w = 0; w < 4; ++w)
                    EXPECT_EQ(drawn[16 * w + j], table.count(words[w]));
            }
        }
    }
}

TEST(PoissonCounts, NothingComesOfRateZero) {
    EXPECT_EQ(PoissonTable(0.0).count(0xffffffff), 0);
    std::vector<double> row(1, 0.0);
    const auto input = make_poisson_input({DeviceConnection{}}, constant(0.0), {0, 100}, key, 0);
    if (input) input->add(50, {row.data()});
    EXPECT_EQ(row[0], 0.0);
}

constexpr Step delay = 15;
constexpr ActiveTime active{100, 200};

DeviceConnection connection(NodeIndex node, NodeIndex begin) {
    DeviceConnection c;
    c.node = node;
    c.target = static_cast<LocalIndex>(node - begin);
    c.weight = 1.5;
    c.delay = delay;
    return c;
}

/// What the neurons [begin, end) get at a step. `listed`: they are connected one by one, in another
/// order.
std::vector<double> input(NodeIndex begin, NodeIndex end, Step step, bool listed) {
    std::vector<DeviceConnection> connections;
    for (NodeIndex node = begin; node < end; ++node) connections.push_back(connection(node, begin));
    if (listed) std::reverse(connections.begin(), connections.end());
    std::vector<double> row(end - begin, 0.0);
    make_poisson_input(connections, constant(0.8), active, key, 5)->add(step, {row.data()});
    return row;
}

TEST(PoissonInput, DoesNotDependOnTheSlice) {
    const auto all = input(0, 300, 150, false);
    for (const auto& [begin, end] : {std::pair(0, 1),
                                     {0, 64},
                                     {1, 65},
                                     {63, 64},
                                     {63, 129},
                                     {64, 128},
                                     {100, 300},
                                     {299, 300}})
        for (const bool listed : {false, true}) {
            const auto part =
                input(static_cast<NodeIndex>(begin), static_cast<NodeIndex>(end), 150, listed);
            EXPECT_TRUE(std::equal(part.begin(), part.end(), all.begin() + begin))
                << begin << " " << end << " " << listed;
        }
}

TEST(PoissonInput, IsActiveFromAfterStartToStop) {
    const std::vector<double> nothing(300, 0.0);
    for (const bool listed : {false, true})
        for (const auto& [emission, silent] :
             {std::pair<Step, bool>(100, true), {101, false}, {200, false}, {201, true}})
            EXPECT_EQ(input(0, 300, emission + delay, listed) == nothing, silent) << emission;
}

/// Several connections onto one neuron are independent, each with its own weight.
TEST(PoissonInput, ConnectionsOntoOneNeuronDiffer) {
    std::vector<DeviceConnection> connections;
    for (NodeIndex node = 0; node < 128; ++node)
        for (std::uint32_t k = 0; k < 2; ++k) {
            connections.push_back(connection(node, 0));
            connections.back().k = k;
            connections.back().weight = k == 0 ? 1.0 : 1000.0;
        }
    std::vector<double> row(128, 0.0);
    make_poisson_input(connections, constant(0.8), active, key, 5)->add(150, {row.data()});
    const auto first = input(0, 128, 150, false);
    int differ = 0;
    for (std::size_t i = 0; i < 128; ++i) {
        const double a = std::fmod(row[i], 1000.0), b = std::floor(row[i] / 1000.0);
        EXPECT_EQ(a, first[i] / 1.5);
        differ += a != b ? 1 : 0;
    }
    EXPECT_GT(differ, 60);
}

}  // namespace
}  // namespace engram
