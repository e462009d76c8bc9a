// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "command/run.hpp"

namespace engram::command {
namespace {

double mebibytes(std::uint64_t bytes) { return static_cast<double>(bytes) / (1024.0 * 1024.0); }

double ratio(double a, double b) { return b > 0.0 ? a / b : 0.0; }

}  // namespace

std::string memory_table(const MemoryReport& memory) {
    std::string text =
        fmt::format("{:<34} {:>14} {:>12} {:>14}\n", "memory", "synapses", "MiB", "B per synapse");
    for (const auto& p : memory.projections)
        text += fmt::format("  {:<32} {:>14} {:>12.2f} {:>14.2f}\n", p.name + " (" + p.model + ")",
                            p.synapses, mebibytes(p.bytes),
                            ratio(static_cast<double>(p.bytes), static_cast<double>(p.synapses)));
    std::uint64_t total = 0;
    for (const auto& category : memory.categories) {
        text += fmt::format(
            "  {:<32} {:>14} {:>12.2f} {:>14.2f}\n", category.name, "", mebibytes(category.bytes),
            ratio(static_cast<double>(category.bytes), static_cast<double>(memory.synapses)));
        total += category.bytes;
    }
    return text +
           fmt::format("  {:<32} {:>14} {:>12.2f} {:>14.2f}\n", "all", memory.synapses,
                       mebibytes(total),
                       ratio(static_cast<double>(total), static_cast<double>(memory.synapses)));
}

std::string time_table(const TimeReport& times, int cores) {
    std::string text = fmt::format("{:<34} {:>12} {:>12}\n", "time", "max s", "mean s");
    for (const auto& phase : times.phases)
        text += fmt::format("  {:<32} {:>12.3f} {:>12.3f}\n", phase.name, phase.max, phase.mean);
    text += fmt::format("  {:<32} {:>12.3f}\n  {:<32} {:>12.3f}\n", "build", times.build, "run",
                        times.run);
    text += fmt::format(
        "{} spikes, {} synaptic events; {:.1f} M events/s per core; {} exchanges, {} with a second "
        "round\n",
        times.spikes, times.events,
        ratio(static_cast<double>(times.events) * 1e-6, times.run * cores), times.exchanges,
        times.second_rounds);
    if (times.checkpoints > 0)
        text += fmt::format("{} checkpoint{} in {:.2f} s, the last one of {:.1f} MiB\n",
                            times.checkpoints, times.checkpoints == 1 ? "" : "s",
                            times.checkpoint_seconds, mebibytes(times.checkpoint_bytes));
    return text + fmt::format("real-time factor {:.3f} (wall s per model s)\n",
                              ratio(times.run, times.model_time / 1000.0));
}

std::string json_report(const MemoryReport& memory, const TimeReport& times, int ranks,
                        int threads) {
    nlohmann::json json;
    json["ranks"] = ranks;
    json["threads"] = threads;
    json["neurons"] = memory.neurons;
    json["synapses"] = memory.synapses;
    for (const auto& category : memory.categories) json["bytes"][category.name] = category.bytes;
    for (const auto& p : memory.projections)
        json["projections"][p.name] = {
            {"model", p.model}, {"synapses", p.synapses}, {"bytes", p.bytes}};
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
    return json.dump(2);
}

}  // namespace engram::command
