// SPDX-License-Identifier: Apache-2.0
#include "step/deliver.hpp"

#include <algorithm>

namespace engram::step {
namespace {

void note_weights(WeightTap& tap, const SynapseColumns& columns, const CalendarEntry& e, Step t) {
    const auto next = std::upper_bound(tap.source_begin.begin(), tap.source_begin.end(), e.begin);
    const NodeIndex source =
        tap.sources[static_cast<std::size_t>(next - tap.source_begin.begin() - 1)];
    for (std::size_t i = e.begin; i < std::size_t{e.begin} + e.length; ++i) {
        const std::size_t target = (std::size_t{e.block} << 16) + columns.targets[i] - tap.first;
        if (target < tap.targets)  // else of another projection: unsigned numbers wrap around
            tap.weights.push_back(
                {t, source, tap.target_begin + target, columns.weight_of(i), e.delay, e.receptor});
    }
}

/// Notes the weights of segments whose spikes have been delivered at step `t`. Each segment stands
/// in a step's list once, so what it delivered are its weights still; where a spike_source spikes
/// twice in a step, both spikes show what the second left.
void note_weights(VirtualProcess& vp, std::span<const CalendarEntry> delivered, Step t) {
    const auto by_columns = [](const WeightTap& tap, std::size_t columns) {
        return tap.columns < columns;
    };
    auto& taps = vp.weight_taps;
    for (const CalendarEntry& e : delivered) {
        auto tap = std::lower_bound(taps.begin(), taps.end(), std::size_t{e.columns}, by_columns);
        for (; tap != taps.end() && tap->columns == e.columns; ++tap)
            note_weights(*tap, vp.synapses.columns[e.columns], e, t);
    }
}

void deliver_synapses(VirtualProcess& vp, std::vector<CalendarEntry>& arriving, Step t) {
    const std::span<SynapseColumns> table = vp.synapses.columns;
    const std::span<const CalendarEntry> entries = arriving;
    for (std::size_t begin = 0; begin < entries.size();) {
        SynapseKernel* kernel = table[entries[begin].columns].kernel;
        std::size_t end = begin;
        for (; end < entries.size() && table[entries[end].columns].kernel == kernel; ++end)
            vp.events += entries[end].length;
        kernel->deliver(entries.subspan(begin, end - begin), table);
        begin = end;
    }
    if (!vp.weight_taps.empty()) note_weights(vp, entries, t);
    arriving.clear();
}

}  // namespace

void deliver(VirtualProcess& vp, Step t) {
    deliver_synapses(vp, vp.calendar.day(t), t);
    for (auto& drive : vp.drives) drive.input->add(t, vp.slices[drive.population].inputs);
}

void settle(VirtualProcess& vp, Step t) {
    if (vp.settle_every == 0 || t % vp.settle_every != 0) return;
    SynapseTable& table = vp.synapses;
    for (std::size_t group = 0; group < table.traces.size(); ++group)
        table.traces[group].settle(t, [&](const PreTraces::Silence& silence) {
            for (const Segment& s : table.row(silence.row)) {
                const CalendarEntry entry = table.entry(s, 0);
                SynapseColumns& columns = table.columns[entry.columns];
                // Where the next spike has arrived, it has done all this already.
                const bool arrived = silence.next < t - entry.delay;
                if (arrived || columns.traces != &table.traces[group]) continue;
                columns.kernel->settle(entry, columns, silence.previous, silence.trace);
            }
        });
}

}  // namespace engram::step
