// SPDX-License-Identifier: Apache-2.0
#include "step/receive.hpp"

#include <algorithm>

namespace engram::step {
namespace {

/// Enters the segments that are `wanted` of a source that spiked at step `emission`.
template <class Wanted>
void enter(VirtualProcess& vp, Row row, Step emission, Wanted wanted) {
    SynapseTable& table = vp.synapses;
    const auto segments = table.row(row);
    if (segments.empty()) return;
    for (PreTraces& traces : table.traces) traces.add(row, emission);
    for (const Segment& s : segments) {
        if (!wanted(s)) continue;
        const SynapseColumns& columns = table.columns[s.columns];
        const std::uint32_t spike = columns.traces != nullptr ? columns.traces->newest() : 0;
        vp.calendar.day(emission + s.delay)
            .push_back({s.begin, s.length, s.columns, s.delay, s.receptor, s.block, spike});
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
        enter(vp, rows[i], emission, [](const Segment&) { return true; });
    }
}

void receive_again(VirtualProcess& vp, Row row, Step emission, Step now) {
    enter(vp, row, emission, [&](const Segment& s) { return emission + s.delay > now; });
}

}  // namespace engram::step
