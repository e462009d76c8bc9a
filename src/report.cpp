// SPDX-License-Identifier: Apache-2.0
#include "report.hpp"

#include <cmath>

#include "parallel/collectives.hpp"

namespace engram {
namespace {

/// Adds the bytes of a VP's synapses to those of each projection. The directory belongs to columns
/// by their segments; projections share columns by their synapses.
void add_synapse_bytes(const SynapseTable& table, std::vector<std::uint64_t>& bytes) {
    std::vector<std::uint64_t> segments(table.columns.size(), 0);
    for (const Segment& s : table.segments) ++segments[table.kind(s).columns];
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
        const SynapseColumns& columns = table.columns[c];
        if (columns.size == 0) continue;
        const double directory = static_cast<double>(table.directory_bytes()) *
                                 static_cast<double>(segments[c]) /
                                 static_cast<double>(table.segments.size());
        const double each =
            (static_cast<double>(columns.bytes()) + directory) / static_cast<double>(columns.size);
        for (const std::size_t p : columns.projections)
            bytes[p] += static_cast<std::uint64_t>(
                std::llround(each * static_cast<double>(table.places[p].synapses)));
    }
}

}  // namespace

MemoryReport report_memory(const Communicator& comm, const Network& network, const RankState& state,
                           const step::Loop& loop, std::uint64_t recorded,
                           const parallel::ProcessMemory& built) {
    std::uint64_t neurons = 0, traces = 0, calendar = 0, routes = state.row_sources.bytes(),
                  devices = 0;
    for (const auto& vp : state.vps) {
        for (const auto& slice : vp.slices) {
            neurons += slice.block->bytes();
            neurons += slice.currents.bytes();
            if (slice.trains) devices += slice.trains->bytes();
            if (slice.history) traces += slice.history->bytes();
        }
        for (const auto& row : vp.input_rows) neurons += row.bytes();
        for (const auto& t : vp.synapses.traces) traces += t.bytes();
        for (const auto& drive : vp.drives) devices += drive.input->bytes();
        calendar += vp.calendar.bytes() + vp.transit.bytes();
        routes += vp.route_begin.bytes() + vp.routes.bytes();
        recorded += vp.spikes.capacity() * sizeof(LocalSpike);
        for (const auto& spikes : vp.recorded)
            recorded += spikes.capacity() * sizeof(RecordedSpike);
        for (const auto& s : vp.samplers) recorded += s.values.capacity() * sizeof(double);
    }
    MemoryReport report;
    std::uint64_t synapse_bytes = 0;
    std::vector<std::uint64_t> of_projection(network.projections.size(), 0);
    for (const auto& vp : state.vps) add_synapse_bytes(vp.synapses, of_projection);
    for (std::size_t p = 0; p < network.projections.size(); ++p) {
        if (network.projections[p].device) continue;
        std::uint64_t count = 0;
        for (const auto& vp : state.vps) count += vp.synapses.places[p].synapses;
        count = parallel::sum(comm, count);
        const std::uint64_t bytes = parallel::sum(comm, of_projection[p]);
        report.projections.push_back(
            {network.projections[p].name, network.projections[p].synapse_model, count, bytes});
        report.synapses += count;
        synapse_bytes += bytes;
    }
    report.neurons = network.neurons();
    report.categories.push_back({"synapses and their directory", synapse_bytes});
    const auto add = [&](const char* name, std::uint64_t bytes) {
        report.categories.push_back({name, parallel::sum(comm, bytes)});
    };
    add("neurons and inputs", neurons);
    add("traces and histories", traces);
    add("calendar", calendar);
    add("routes and exchange", routes + loop.exchange().bytes());
    add("devices", devices);
    add("recordings", recorded);
    const auto over_ranks = [&](std::uint64_t bytes) {
        return MemoryReport::OverRanks{parallel::max(comm, bytes), parallel::sum(comm, bytes)};
    };
    const parallel::ProcessMemory now = parallel::process_memory();
    report.peak_building = over_ranks(built.peak);
    report.resident_built = over_ranks(built.resident);
    report.peak = over_ranks(now.peak);
    report.resident = over_ranks(now.resident);
    return report;
}

TimeReport report_times(const Communicator& comm, const RankState& state, const step::Loop& loop) {
    TimeReport report;
    const step::PhaseTimes times = loop.times();
    const auto add = [&](const char* name, double value) {
        report.phases.push_back(
            {name, parallel::max(comm, value), parallel::sum(comm, value) / comm.size()});
    };
    add("deliver", times.deliver);
    add("update", times.update);
    add("collect", times.collect);
    add("exchange", times.exchange);
    add("receive", times.receive);
    std::uint64_t spikes = 0, events = 0;
    for (const auto& vp : state.vps) {
        spikes += vp.spike_count;
        events += vp.events;
    }
    report.spikes = parallel::sum(comm, spikes);
    report.events = parallel::sum(comm, events);
    report.exchanges = loop.exchange().exchanges();
    report.second_rounds = loop.exchange().second_rounds();
    return report;
}

}  // namespace engram
