// SPDX-License-Identifier: Apache-2.0
// How long does one second of the EINetwork take on one core, and what does a synapse cost in
// memory?
//   einetwork            time of 1000 ms after building, median of five
//   einetwork --memory   bytes per synapse of the network with 20,000 neurons and indegree 2,000 +
//   500
#include "einetwork.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <string_view>

#include <fmt/format.h>

#include "engram/engram.hpp"

#include "calibration.hpp"

namespace engram::bench {
namespace {

/// What a simulated second may take on the reference machine. Measured in processor time, which on
/// a machine of one's own is wall time, and which others on a shared one disturb less.
constexpr double most_seconds = 0.62;

void measure_time(const Communicator& world) {
    constexpr std::size_t repetitions = 5;
    std::array<double, repetitions> wall{}, processor{};
    const Calibration before = calibrate();
    fmt::print("{:>10} {:>10} {:>12} {:>14}\n", "wall s", "CPU s", "M events/s", "spikes");
    for (std::size_t r = 0; r < repetitions; ++r) {
        Simulation simulation(world, einetwork());
        const auto begin = std::chrono::steady_clock::now();
        const std::clock_t processor_begin = std::clock();
        simulation.run(1000.0);
        processor[r] = static_cast<double>(std::clock() - processor_begin) / CLOCKS_PER_SEC;
        wall[r] = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        const TimeReport times = simulation.timing();
        fmt::print("{:>10.3f} {:>10.3f} {:>12.1f} {:>14}\n", wall[r], processor[r],
                   static_cast<double>(times.events) * 1e-6 / processor[r], times.spikes);
    }
    std::sort(wall.begin(), wall.end());
    std::sort(processor.begin(), processor.end());
    const Calibration after = calibrate();
    const double factor = (slowness(before) + slowness(after)) / 2.0;
    const double median = processor[repetitions / 2];
    fmt::print("before: {}\nafter:  {}\n", text(before), text(after));
    fmt::print("median: {:.3f} s wall, {:.3f} s CPU\n", wall[repetitions / 2], median);
    fmt::print("scaled to the reference machine, by {:.2f}: {:.3f} s of at most {:.2f} s: {}\n",
               1.0 / factor, median / factor, most_seconds,
               median / factor <= most_seconds ? "reached" : "MISSED");
}

/// Weights of static synapses are drawn, so that they cannot be held as one.
void measure_memory(const Communicator& world) {
    for (const char* precision : {"single", "double"}) {
        const bool single = std::string_view(precision) == "single";
        NetworkDescription network = einetwork({16'000, 4'000, 2'000, 500});
        network.weight_precision = precision;
        for (auto& projection : network.projections)
            if (projection.source == "I") projection.synapse.weight = uniform(-5.0, -3.0);
        Simulation simulation(world, network);
        simulation.run(10.0);
        const MemoryReport memory = simulation.memory();
        fmt::print("weights in {} precision: {} synapses, built in {:.1f} s\n", precision,
                   memory.synapses, simulation.timing().build);
        for (const auto& p : memory.projections) {
            const double each = static_cast<double>(p.bytes) / static_cast<double>(p.synapses);
            const double most = p.model == "e_syn" ? 14.0 : single ? 8.0 : 12.0;
            fmt::print("  {:<8} {:<8} {:>10} synapses {:>7.3f} bytes each, of at most {:.0f}: {}\n",
                       p.name, p.model, p.synapses, each, most,
                       each <= most ? "reached" : "MISSED");
        }
        std::uint64_t all = 0;
        for (const auto& category : memory.categories) {
            all += category.bytes;
            fmt::print("  {:<32} {:>8.3f} bytes per synapse\n", category.name,
                       static_cast<double>(category.bytes) / static_cast<double>(memory.synapses));
        }
        fmt::print("  {:<32} {:>8.3f} bytes per synapse\n", "all",
                   static_cast<double>(all) / static_cast<double>(memory.synapses));
    }
}

}  // namespace
}  // namespace engram::bench

int main(int argc, char** argv) {
    engram::Environment environment(argc, argv);
    if (environment.world().size() != 1) {
        std::fputs("einetwork: runs on one rank\n", stderr);
        return 1;
    }
    if (argc == 2 && std::string_view(argv[1]) == "--memory")
        engram::bench::measure_memory(environment.world());
    else if (argc == 1) engram::bench::measure_time(environment.world());
    else {
        std::fputs("usage: einetwork [--memory]\n", stderr);
        return 2;
    }
    return 0;
}
