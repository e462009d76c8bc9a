// SPDX-License-Identifier: Apache-2.0
#include "step/receive.hpp"

#include <algorithm>

namespace engram::step {

void receive(VirtualProcess& vp, std::span<const Row> rows, Step emission) {
    SynapseTable& table = vp.synapses;
    constexpr std::size_t ahead = 8;
    for (std::size_t i = 0; i < std::min(ahead, rows.size()); ++i)
        __builtin_prefetch(table.row_begin.data() + rows[i]);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (i + ahead < rows.size()) __builtin_prefetch(table.row_begin.data() + rows[i + ahead]);
        if (i + ahead / 2 < rows.size())
            __builtin_prefetch(table.segments.data() + table.row_begin[rows[i + ahead / 2]]);
        const auto segments = table.row(rows[i]);
        if (segments.empty()) continue;
        for (PreTraces& traces : table.traces) traces.add(rows[i], emission);
        for (const Segment& s : segments) {
            const SynapseColumns& columns = table.projections[s.projection];
            const std::uint32_t spike = columns.traces != nullptr ? columns.traces->newest() : 0;
            vp.calendar.day(emission + s.delay)
                .push_back({s.begin, s.length, s.projection, s.delay, s.receptor, s.block, spike});
        }
    }
}

}  // namespace engram::step
