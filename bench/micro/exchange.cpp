// SPDX-License-Identifier: Apache-2.0
// What does the exchange of an interval's spikes cost? Every spike goes to every rank. Run it on
// several ranks.
#include "step/exchange.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "core/random.hpp"
#include "micro/run.hpp"

namespace engram::bench {
namespace {

constexpr Step lags = 10;
constexpr std::uint32_t neurons = 10'000;  // on each rank
constexpr std::int64_t intervals = 5'000;

/// A rank's part of the network: neuron i of rank r is row r x neurons + i on every rank.
VirtualProcess make_process(const Communicator& world) {
    VirtualProcess vp;
    const auto ranks = static_cast<std::uint32_t>(world.size());
    vp.route_begin = Buffer<std::uint32_t>(neurons + 1);
    vp.routes = Buffer<SpikeRoute>(std::size_t{neurons} * ranks);
    for (std::uint32_t i = 0; i <= neurons; ++i) vp.route_begin[i] = i * ranks;
    for (std::uint32_t i = 0; i < neurons * ranks; ++i)
        vp.routes[i] = {i % ranks, static_cast<Row>(world.rank()) * neurons + i / ranks};
    return vp;
}

/// The spikes of a rank in some interval; every rank can tell them.
std::vector<LocalSpike> spikes_of(int rank, std::size_t count, std::uint32_t interval) {
    std::vector<LocalSpike> spikes;
    RandomStream random({9, 10}, static_cast<std::uint64_t>(rank), interval);
    for (std::size_t i = 0; i < count; ++i)
        spikes.push_back({static_cast<LocalIndex>(random.below(neurons)),
                          static_cast<std::uint32_t>(random.below(lags))});
    std::sort(spikes.begin(), spikes.end(), [](const LocalSpike& a, const LocalSpike& b) {
        return a.lag != b.lag ? a.lag < b.lag : a.neuron < b.neuron;
    });
    return spikes;
}

void exchange_interval(step::Exchange& exchange, const std::vector<VirtualProcess>& vps) {
    exchange.count(0, vps[0]);
    exchange.fill(0, vps[0]);
    exchange.communicate(0, vps);
    exchange.sort(0);
    exchange.adapt();
}

/// All rows of all ranks arrive in the right step, in order, also where blocks must grow.
void prove(const Communicator& world) {
    step::Exchange exchange(world, 1, lags);
    std::vector<VirtualProcess> vps;
    vps.push_back(make_process(world));
    std::uint32_t interval = 0;
    for (const std::size_t count :
         {std::size_t{0}, std::size_t{10}, std::size_t{1000}, std::size_t{10}, std::size_t{5000}}) {
        vps[0].spikes = spikes_of(world.rank(), count, ++interval);
        exchange_interval(exchange, vps);
        std::vector<std::vector<Row>> expected(lags);
        for (int rank = 0; rank < world.size(); ++rank)
            for (const LocalSpike& spike : spikes_of(rank, count, interval))
                expected[spike.lag].push_back(static_cast<Row>(rank) * neurons + spike.neuron);
        for (std::size_t lag = 0; lag < expected.size(); ++lag) {
            const auto rows = exchange.rows(lag);
            require(
                std::equal(rows.begin(), rows.end(), expected[lag].begin(), expected[lag].end()),
                "rows of an interval");
        }
    }
}

void add_benchmarks(const Machine& machine) {
    prove(machine.world);
    for (const std::size_t count : {std::size_t{0}, std::size_t{10}, std::size_t{1000}}) {
        const std::string name = "exchange/ranks:" + std::to_string(machine.world.size()) +
                                 "/spikes:" + std::to_string(count);
        benchmark::RegisterBenchmark(name.c_str(),
                                     [=](benchmark::State& state) {
                                         step::Exchange exchange(machine.world, 1, lags);
                                         std::vector<VirtualProcess> vps;
                                         vps.push_back(make_process(machine.world));
                                         vps[0].spikes = spikes_of(machine.world.rank(), count, 0);
                                         for (auto _ : state) exchange_interval(exchange, vps);
                                         const double received =
                                             static_cast<double>(count) * machine.world.size() *
                                             static_cast<double>(state.iterations());
                                         report(state, "spikes/s", received,
                                                2.0 * sizeof(Row) * received, machine.calibration);
                                     })
            ->Iterations(intervals)  // all ranks as many
            ->UseRealTime()
            ->Unit(benchmark::kMicrosecond);
    }
}

}  // namespace
}  // namespace engram::bench

int main(int argc, char** argv) {
    return engram::bench::run(argc, argv, engram::bench::add_benchmarks);
}
