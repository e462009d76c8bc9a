// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "command/dry_run.hpp"
#include "command/numbers.hpp"

namespace engram::command {
namespace {

/// Whether a category of memory depends on the routes and spikes that are drawn.
bool modelled(const MemoryReport::Entry& category) {
    constexpr std::array<std::string_view, 3> names{"traces and histories", "calendar",
                                                    "routes and exchange"};
    return std::ranges::find(names, category.name) != names.end();
}

std::uint64_t all_bytes(const MemoryReport& memory) {
    std::uint64_t sum = 0;
    for (const auto& category : memory.categories) sum += category.bytes;
    return sum;
}

std::string row(const std::string& name, double value) {
    return fmt::format("    {:<40} {:>14.3f}\n", name, value);
}
std::string row(const std::string& name, std::uint64_t value) {
    return fmt::format("    {:<40} {:>14}\n", name, value);
}

std::string memory_part(const dry_run::Report& report) {
    const auto line = [&](const std::string& name, std::uint64_t bytes) {
        const auto b = static_cast<double>(bytes);
        return fmt::format("    {:<40} {:>14.3f} {:>14.2f}\n", name, b / mebibyte,
                           ratio(b, static_cast<double>(report.memory.synapses)));
    };
    const auto part = [&](bool wanted) {
        std::string text;
        for (const auto& category : report.memory.categories)
            if (modelled(category) == wanted && category.bytes > 0)
                text += line(category.name, category.bytes);
        return text;
    };
    return fmt::format("{:<44} {:>14} {:>14}\n", "memory of the rank", "MiB", "B per synapse") +
           "  measured: built as in a real run\n" + part(false) +
           "  modelled: for the routes and spikes that were drawn\n" + part(true) +
           line("  of it buffers of the exchange", report.exchange_bytes) + "  both\n" +
           line("all", all_bytes(report.memory)) +
           "  measured of this process, which holds no buffers of MPI for others\n" +
           line("peak while building", report.memory.peak_building.max) +
           line("resident at the end", report.memory.resident.max);
}

std::string time_part(const dry_run::Report& report) {
    std::string text =
        fmt::format("{:<44} {:>14}\n  measured, without MPI\n", "time of the rank", "s");
    for (const auto& phase : report.times.phases) text += row(phase.name, phase.mean);
    text += row("run", report.times.run) + row("build", report.times.build);
    return text + "  modelled\n" +
           row("drawing spikes of other ranks (in no phase)", report.seconds_of_others) +
           fmt::format("{} spikes, {} synaptic events in {} ms of model time\n",
                       report.times.spikes, report.times.events, report.times.model_time);
}

std::string message_part(const dry_run::Report& report, const dry_run::Options& options) {
    const auto& m = report.messages;
    const auto ranks = static_cast<std::uint64_t>(options.ranks);
    const double seconds = report.times.model_time / 1000.0;
    return fmt::format("{:<44} {:>14}\n  modelled\n", "messages of the rank", "") +
           row("rounds of MPI_Alltoall", m.rounds) + row("second rounds", m.second_rounds) +
           row("bytes to each rank in a round, at the end", report.block_bytes) +
           row("MiB to all ranks in a s of model time",
               ratio(static_cast<double>(m.block_bytes * ranks) / mebibyte, seconds)) +
           row("spikes to other ranks", m.sent) + row("spikes from other ranks", m.received) +
           row("spikes of one block, at most", m.largest);
}

std::string rate_part(const dry_run::Report& report, const dry_run::Options& options) {
    std::string text = fmt::format("{:<29} {:>14} {:>14}\n", "rates, spikes/s", "here, measured",
                                   options.rate ? "others, given" : "others, drawn");
    for (const auto& rate : report.rates)
        text += fmt::format("    {:<25} {:>14.2f} {:>14.2f}\n", rate.population, rate.here,
                            rate.others);
    return text;
}

}  // namespace

std::string dry_run_table(const dry_run::Report& report, const dry_run::Options& options) {
    return fmt::format(
               "engram: dry run of rank {} of {}, {} thread{} each: {} of {} neurons, {} synapses, "
               "{} sources\n\n",
               options.rank, options.ranks, options.threads, options.threads == 1 ? "" : "s",
               report.neurons, report.memory.neurons, report.memory.synapses, report.rows) +
           memory_part(report) + "\n" + time_part(report) + "\n" + message_part(report, options) +
           "\n" + rate_part(report, options);
}

std::string dry_run_json(const dry_run::Report& report, const dry_run::Options& options) {
    nlohmann::json dry;
    dry["ranks"] = options.ranks;
    dry["rank"] = options.rank;
    dry["threads"] = options.threads;
    dry["network_neurons"] = report.memory.neurons;
    dry["bytes"] = all_bytes(report.memory);
    auto& measured = dry["measured"];
    auto& drawn = dry["modelled"];
    measured["neurons"] = report.neurons;
    measured["synapses"] = report.memory.synapses;
    measured["sources"] = report.rows;
    for (const auto& category : report.memory.categories)
        (modelled(category) ? drawn : measured)["bytes"][category.name] = category.bytes;
    drawn["exchange_bytes"] = report.exchange_bytes;
    for (const auto& phase : report.times.phases) measured["seconds"][phase.name] = phase.mean;
    measured["peak_building"] = report.memory.peak_building.max;
    measured["resident"] = report.memory.resident.max;
    measured["build_s"] = report.times.build;
    measured["run_s"] = report.times.run;
    measured["model_ms"] = report.times.model_time;
    measured["spikes"] = report.times.spikes;
    measured["events"] = report.times.events;
    drawn["drawing_s"] = report.seconds_of_others;
    const auto& m = report.messages;
    drawn["messages"] = {{"rounds", m.rounds},
                         {"second_rounds", m.second_rounds},
                         {"bytes_to_each_rank", m.block_bytes},
                         {"block_bytes", report.block_bytes},
                         {"spikes_sent", m.sent},
                         {"spikes_received", m.received},
                         {"largest_block", m.largest}};
    for (const auto& rate : report.rates) {
        measured["rates"][rate.population] = rate.here;
        drawn["rates"][rate.population] = rate.others;
    }
    return nlohmann::json{{"dry_run", dry}}.dump(2);
}

}  // namespace engram::command
