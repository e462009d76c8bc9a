// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "command/numbers.hpp"
#include "command/run.hpp"

namespace engram::command {
namespace {

double mebibytes(std::uint64_t bytes) { return static_cast<double>(bytes) / mebibyte; }

/// What runs of different networks on different machines are compared by.
struct Rates {
    double events_per_s_core, real_time_factor, built_per_s_core, bytes_per_synapse;
    double building_peak;  ///< memory of the processes: most while building / when built
};

Rates rates_of(const MemoryReport& memory, const TimeReport& times, int cores) {
    std::uint64_t bytes = 0;
    for (const auto& category : memory.categories) bytes += category.bytes;
    return {ratio(static_cast<double>(times.events), times.run * cores),
            ratio(times.run, times.model_time / 1000.0),
            ratio(static_cast<double>(memory.synapses), times.build * cores),
            ratio(bytes, memory.synapses),
            ratio(memory.peak_building.sum, memory.resident_built.sum)};
}

std::string process_rows(const MemoryReport& memory) {
    std::string text =
        fmt::format("{:<34} {:>14} {:>12}\n", "memory of the processes", "max MiB", "sum MiB");
    const auto row = [&](const char* name, const MemoryReport::OverRanks& bytes) {
        text += fmt::format("  {:<32} {:>14.2f} {:>12.2f}\n", name, mebibytes(bytes.max),
                            mebibytes(bytes.sum));
    };
    row("peak while building", memory.peak_building);
    row("resident after building", memory.resident_built);
    row("peak", memory.peak);
    row("resident", memory.resident);
    return text;
}

}  // namespace

std::string memory_table(const MemoryReport& memory) {
    std::string text =
        fmt::format("{:<34} {:>14} {:>12} {:>14}\n", "memory", "synapses", "MiB", "B per synapse");
    for (const auto& p : memory.projections)
        text += fmt::format("  {:<32} {:>14} {:>12.2f} {:>14.2f}\n", p.name + " (" + p.model + ")",
                            p.synapses, mebibytes(p.bytes), ratio(p.bytes, p.synapses));
    std::uint64_t total = 0;
    for (const auto& category : memory.categories) {
        text += fmt::format("  {:<32} {:>14} {:>12.2f} {:>14.2f}\n", category.name, "",
                            mebibytes(category.bytes), ratio(category.bytes, memory.synapses));
        total += category.bytes;
    }
    return text +
           fmt::format("  {:<32} {:>14} {:>12.2f} {:>14.2f}\n", "all", memory.synapses,
                       mebibytes(total), ratio(total, memory.synapses)) +
           process_rows(memory);
}

std::string time_table(const MemoryReport& memory, const TimeReport& times, int cores) {
    const Rates rates = rates_of(memory, times, cores);
    std::string text = fmt::format("{:<34} {:>12} {:>12}\n", "time", "max s", "mean s");
    for (const auto& phase : times.phases)
        text += fmt::format("  {:<32} {:>12.3f} {:>12.3f}\n", phase.name, phase.max, phase.mean);
    text += fmt::format("  {:<32} {:>12.3f}\n  {:<32} {:>12.3f}\n", "build", times.build, "run",
                        times.run);
    text += fmt::format(
        "{} spikes, {} synaptic events; {:.1f} M events/s per core; {} exchanges, {} with a second "
        "round\n",
        times.spikes, times.events, rates.events_per_s_core * 1e-6, times.exchanges,
        times.second_rounds);
    if (times.checkpoints > 0)
        text += fmt::format("{} checkpoint{} in {:.2f} s, the last one of {:.1f} MiB\n",
                            times.checkpoints, times.checkpoints == 1 ? "" : "s",
                            times.checkpoint_seconds, mebibytes(times.checkpoint_bytes));
    return text + fmt::format(
                      "built {:.1f} M synapses/s per core, with {:.2f} times the memory of the "
                      "built network\nreal-time factor {:.3f} (wall s per model s)\n",
                      rates.built_per_s_core * 1e-6, rates.building_peak, rates.real_time_factor);
}

std::string json_report(const MemoryReport& memory, const TimeReport& times, int ranks,
                        int threads) {
    const Rates rates = rates_of(memory, times, ranks * threads);
    const auto over_ranks = [](const MemoryReport::OverRanks& bytes) {
        return nlohmann::json{{"max", bytes.max}, {"sum", bytes.sum}};
    };
    nlohmann::json json;
    json["ranks"] = ranks;
    json["threads"] = threads;
    json["neurons"] = memory.neurons;
    json["synapses"] = memory.synapses;
    for (const auto& category : memory.categories) json["bytes"][category.name] = category.bytes;
    for (const auto& p : memory.projections)
        json["projections"][p.name] = {
            {"model", p.model}, {"synapses", p.synapses}, {"bytes", p.bytes}};
    json["process_bytes"] = {{"peak_building", over_ranks(memory.peak_building)},
                             {"resident_built", over_ranks(memory.resident_built)},
                             {"peak", over_ranks(memory.peak)},
                             {"resident", over_ranks(memory.resident)}};
    for (const auto& phase : times.phases)
        json["seconds"][phase.name] = {{"max", phase.max}, {"mean", phase.mean}};
    json["build_s"] = times.build;
    json["run_s"] = times.run;
    json["model_ms"] = times.model_time;
    json["spikes"] = times.spikes;
    json["events"] = times.events;
    json["exchanges"] = times.exchanges;
    json["second_rounds"] = times.second_rounds;
    json["checkpoints"] = times.checkpoints;
    json["checkpoint_s"] = times.checkpoint_seconds;
    json["checkpoint_bytes"] = times.checkpoint_bytes;
    json["events_per_s_core"] = rates.events_per_s_core;
    json["real_time_factor"] = rates.real_time_factor;
    json["built_per_s_core"] = rates.built_per_s_core;
    json["bytes_per_synapse"] = rates.bytes_per_synapse;
    json["building_peak"] = rates.building_peak;
    return json.dump(2);
}

}  // namespace engram::command
