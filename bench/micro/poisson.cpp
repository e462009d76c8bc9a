// SPDX-License-Identifier: Apache-2.0
// How many Poisson numbers are drawn per second, and what does a Poisson generator cost per neuron
// and step?
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "state/device_input.hpp"
#include "state/poisson_counts.hpp"
#include "micro/limits.hpp"
#include "micro/run.hpp"

namespace engram::bench {
namespace {

constexpr std::array means{0.08, 1.3, 12.0};
constexpr RandomKey key{7, 8};
constexpr std::uint32_t projection = 3;

/// The count of one neuron, by adding probabilities until they exceed a uniform number.
std::int32_t plain_count(double mean, NodeIndex node, Step step) {
    const std::uint64_t place = node % poisson_group;
    const auto counter = static_cast<std::uint32_t>(node / poisson_group * 16 + place % 16);
    const std::uint32_t word =
        philox({counter, static_cast<std::uint32_t>(step), 0, projection}, key)[place / 16];
    double probability = std::exp(-mean), sum = probability;
    std::int32_t count = 0;
    while (sum * 0x1p32 <= static_cast<double>(word) && count < 1000) {
        ++count;
        probability *= mean / count;
        sum += probability;
    }
    return count;
}

std::vector<DeviceConnection> connections(std::size_t size, bool listed) {
    std::vector<DeviceConnection> result;
    for (std::size_t i = 0; i < size; ++i)
        result.push_back({static_cast<LocalIndex>(i), i, 0,
                          listed ? 1.0 + 1e-3 * static_cast<double>(i) : 1.0, 10, 0});
    return result;
}

/// Draws, and inputs through a device of equal and of differing connections, agree with plain
/// counts. The sums of rounded probabilities may put one word in 2^32 elsewhere, which these draws
/// do not meet.
void prove(double mean) {
    constexpr std::size_t size = 1000;
    constexpr Step emission = 77, delay = 10;
    std::array<std::int32_t, poisson_group> counts{};
    std::vector<double> plain(size), equal(size, 0.0), listed(size, 0.0), plain_listed(size);
    const auto all = connections(size, true);
    for (std::size_t i = 0; i < size; ++i) {
        const std::int32_t count = plain_count(mean, i, emission);
        plain[i] = count;
        plain_listed[i] = all[i].weight * count;
        if (i % poisson_group == 0)
            draw_poisson(PoissonTable(mean), {i / poisson_group, emission, 0, projection}, key,
                         counts);
        require(counts[i % poisson_group] == count, "draw_poisson");
    }
    const ActiveTime always{0, 1000};
    const auto course = [mean](Step) { return mean; };
    make_poisson_input(connections(size, false), course, always, key, projection)
        ->add(emission + delay, {equal.data()});
    make_poisson_input(connections(size, true), course, always, key, projection)
        ->add(emission + delay, {listed.data()});
    require(equal == plain, "Poisson input, equal connections");
    require(listed == plain_listed, "Poisson input, differing connections");
}

void draws(benchmark::State& state, double mean) {
    const PoissonTable table(mean);
    std::array<std::int32_t, poisson_group> counts{};
    NodeIndex group = 0;
    for (auto _ : state) {
        draw_poisson(table, {group++ & 1023, 1, 0, projection}, key, counts);
        benchmark::DoNotOptimize(counts);
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(poisson_group));
}

void inputs(benchmark::State& state, double mean, std::size_t size, bool listed) {
    const auto input = make_poisson_input(
        connections(size, listed), [mean](Step) { return mean; }, {0, Step{1} << 60}, key,
        projection);
    std::vector<double> row(size, 0.0);
    const std::vector<double*> rows{row.data()};
    Step step = 100;
    for (auto _ : state) {
        input->add(step++, rows);
        benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(size));
    report_limit(state, static_cast<double>(state.iterations()) * static_cast<double>(size),
                 limits::poisson(mean));
}

void add_benchmarks(const Machine&) {
    for (const double mean : means) {
        prove(mean);
        const std::string suffix = "/mean:" + std::to_string(mean).substr(0, 4);
        benchmark::RegisterBenchmark(("draw_poisson" + suffix).c_str(),
                                     [=](benchmark::State& state) { draws(state, mean); });
        for (const bool listed : {false, true})
            benchmark::RegisterBenchmark(
                ((listed ? "input/listed" : "input/equal") + suffix).c_str(),
                [=](benchmark::State& state) { inputs(state, mean, 2'500, listed); })
                ->Unit(benchmark::kMicrosecond);
    }
}

}  // namespace
}  // namespace engram::bench

int main(int argc, char** argv) {
    return engram::bench::run(argc, argv, engram::bench::add_benchmarks);
}
