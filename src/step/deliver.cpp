// SPDX-License-Identifier: Apache-2.0
#include "step/deliver.hpp"

namespace engram::step {
namespace {

void deliver_synapses(VirtualProcess& vp, std::vector<CalendarEntry>& arriving) {
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
    arriving.clear();
}

}  // namespace

void deliver(VirtualProcess& vp, Step t) {
    deliver_synapses(vp, vp.calendar.day(t));
    for (auto& drive : vp.drives) drive.input->add(t, vp.slices[drive.population].inputs);
}

void settle(VirtualProcess& vp, Step t) {
    if (vp.settle_every == 0 || t % vp.settle_every != 0) return;
    SynapseTable& table = vp.synapses;
    for (std::size_t group = 0; group < table.traces.size(); ++group)
        table.traces[group].settle(t, [&](const PreTraces::Silence& silence) {
            for (const Segment& s : table.row(silence.row)) {
                SynapseColumns& columns = table.columns[s.columns];
                // Where the next spike has arrived, it has done all this already.
                const bool arrived = silence.next < t - s.delay;
                if (arrived || columns.traces != &table.traces[group]) continue;
                const CalendarEntry entry{s.begin,    s.length, s.columns, s.delay,
                                          s.receptor, s.block,  0};
                columns.kernel->settle(entry, columns, silence.previous, silence.trace);
            }
        });
}

}  // namespace engram::step
