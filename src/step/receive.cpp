// SPDX-License-Identifier: Apache-2.0
#include "step/receive.hpp"

#include <algorithm>

namespace engram::step {
namespace {

/// Enters the segments that are `wanted` of a source that spiked at step `emission`; what was added
/// to the network later may not be.
template <bool added_later, class Wanted>
void enter(VirtualProcess& vp, Row row, Step emission, Wanted wanted) {
    SynapseTable& table = vp.synapses;
    const auto segments = table.row(row);
    if (segments.empty()) return;
    for (PreTraces& traces : table.traces)
        if (!added_later || emission > traces.since()) traces.add(row, emission);
    for (const Segment& s : segments) {
        CalendarEntry entry = table.entry(s, 0);
        if (!wanted(entry)) continue;
        const SynapseColumns& columns = table.columns[entry.columns];
        if (columns.traces != nullptr) entry.spike = columns.traces->newest();
        vp.calendar.day(emission + entry.delay).push_back(entry);
    }
}

}  // namespace

void receive(VirtualProcess& vp, std::span<const Row> rows, Step emission) {
    const SynapseTable& table = vp.synapses;
    constexpr std::size_t ahead = 8;
    for (std::size_t i = 0; i < std::min(ahead, rows.size()); ++i)
        __builtin_prefetch(table.row_begin.data() + rows[i]);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (i + ahead < rows.size()) __builtin_prefetch(table.row_begin.data() + rows[i + ahead]);
        if (i + ahead / 2 < rows.size())
            __builtin_prefetch(table.segments.data() + table.row_begin[rows[i + ahead / 2]]);
        enter<false>(vp, rows[i], emission, [](const CalendarEntry&) { return true; });
    }
}

void receive_again(VirtualProcess& vp, Row row, Step emission, Step now) {
    enter<true>(vp, row, emission, [&](const CalendarEntry& e) {
        return emission + e.delay > now && emission > vp.synapses.columns[e.columns].since;
    });
}

}  // namespace engram::step
