// SPDX-License-Identifier: Apache-2.0
#include "dry_run/dry_run.hpp"

#include <algorithm>
#include <chrono>
#include <memory>

#include "core/duration.hpp"
#include "core/progress.hpp"
#include "core/time.hpp"
#include "parallel/memory.hpp"
#include "build/agree.hpp"
#include "build/build.hpp"
#include "step/loop.hpp"
#include "dry_run/routes.hpp"
#include "report.hpp"

namespace engram::dry_run {
namespace {

Partition partition_of(const Network& network, const Options& options) {
    std::vector<std::uint64_t> sizes;
    for (const auto& population : network.populations) sizes.push_back(population.size);
    return Partition(sizes, options.ranks, options.threads);
}

/// Advances by whole intervals.
void advance(step::Loop& loop, RankState& state, double duration, double resolution,
             const std::string& mode) {
    const Step steps = to_steps(duration, resolution);
    const Step whole = (steps + state.min_delay - 1) / state.min_delay * state.min_delay;
    Progress progress(mode, 0.0, to_ms(whole, resolution));
    step::BetweenIntervals between;
    between.after = [&](std::uint32_t) { progress.update(to_ms(state.now, resolution)); };
    loop.run(whole, between);
    progress.finish(to_ms(state.now, resolution));
}

/// The exchange's phase holds what stood in for the other ranks, while all threads waited.
void take_out(TimeReport& times, double seconds) {
    for (auto& phase : times.phases)
        if (phase.name == "exchange") {
            phase.max = std::max(0.0, phase.max - seconds);
            phase.mean = std::max(0.0, phase.mean - seconds);
        }
    times.run = std::max(0.0, times.run - seconds);
}

std::vector<Report::Rate> mean_rates(const Network& network, const OtherRanks& others) {
    std::vector<Report::Rate> result;
    for (std::size_t p = 0; p < network.populations.size(); ++p)
        result.push_back(
            {network.populations[p].name, 1000.0 * others.rates().here(p), others.mean_rate(p)});
    return result;
}

std::uint64_t neurons_of(const RankState& state) {
    std::uint64_t sum = 0;
    for (const auto& vp : state.vps)
        for (const auto& slice : vp.slices) sum += slice.size;
    return sum;
}

}  // namespace

Report run(const Communicator& comm, NetworkDescription description, const Options& options) {
    const auto began = std::chrono::steady_clock::now();
    description.recorders.clear();
    description.checkpoints = {};
    const Registry registry = builtin_models();
    const Network network = build::agree_on_network(comm, description, registry, options.threads);
    const Partition partition = partition_of(network, options);
    RankState state = build::build_share(
        comm, options.rank, network, registry, partition, {}, [&](RankState& built) {
            model_routes(network, partition, Reach(network, registry, partition), options.rank,
                         built);
        });
    const auto others =
        std::make_shared<OtherRanks>(network, partition, options.rank, state, options.rate);
    step::Loop loop(comm, state, others);
    const double build_seconds = seconds_since(began);
    const parallel::ProcessMemory built = parallel::process_memory();

    const auto start = std::chrono::steady_clock::now();
    advance(loop, state, description.duration, network.resolution, options.progress);
    Report report;
    report.times = report_times(comm, state, loop);
    report.times.build = build_seconds;
    report.times.run = seconds_since(start);
    report.times.model_time = to_ms(state.now, network.resolution);
    report.seconds_of_others = others->seconds();
    take_out(report.times, others->seconds());
    report.memory = report_memory(comm, network, state, loop, 0, built);
    report.exchange_bytes = loop.exchange().bytes();
    report.messages = others->messages();
    report.block_bytes = loop.exchange().block_bytes();
    report.neurons = neurons_of(state);
    report.rows = state.row_sources.size();
    report.min_delay = state.min_delay;
    report.resolution = network.resolution;
    report.rates = mean_rates(network, *others);
    return report;
}

}  // namespace engram::dry_run
