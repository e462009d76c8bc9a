// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "state/virtual_process.hpp"

namespace engram {

/// Visits the synapses of one projection on one VP in the canonical order (target, source, delay)
/// though they are held source by source, in pieces of consecutive targets, so that memory stays
/// bounded. Within a segment targets ascend, also where projections share it: each segment keeps a
/// mark where the next piece begins.
///
///     for (TargetOrder order(vp, projection); order.next();) {
///         values.resize(order.size());
///         order.visit([&](std::size_t place, Row row, const Segment& s, std::size_t k) { ... });
///     }
class TargetOrder {
public:
    TargetOrder(const VirtualProcess& vp, std::size_t projection, LocalIndex targets);

    /// Synapses of each target of the VP's slice.
    [[nodiscard]] const std::vector<std::uint32_t>& indegree() const { return indegree_; }

    /// Goes to the next piece; false when there is none.
    bool next();
    /// Synapses of the piece.
    [[nodiscard]] std::size_t size() const { return size_; }
    /// Calls visit(place, row, segment, k) once for each synapse of the piece: the k-th of the
    /// segment comes at `place` within the piece. Ordered by row.
    template <class Visit>
    void visit(Visit visit_synapse);

private:
    template <class Visit>
    void for_each_segment(Visit visit_segment) const;
    class LookAhead;

    const SynapseTable& table_;
    const ProjectionPlace place_;
    const SynapseColumns& columns_;
    std::size_t most_;  ///< synapses of a piece, unless a single target has more
    std::vector<std::uint32_t> indegree_;
    std::vector<std::uint16_t> marks_;  ///< of each segment: synapses before those of the piece
    std::size_t begin_ = 0, end_ = 0;   ///< targets of the piece
    std::size_t size_ = 0;
    std::vector<std::uint32_t> places_;  ///< of each target's next synapse in the piece
};

template <class Visit>
void TargetOrder::for_each_segment(Visit visit_segment) const {
    for (Row row = 0; row + 1 < table_.row_begin.size(); ++row)
        for (const Segment& segment : table_.row(row))
            if (segment.columns == place_.columns) visit_segment(row, segment);
}

/// Asks the memory for the synapses of coming segments: a piece takes a few from each, and without
/// that every segment is a wait.
class TargetOrder::LookAhead {
public:
    explicit LookAhead(const TargetOrder& order)
        : order_(order), mark_(order.marks_.data()), segment_(order.table_.segments.begin()) {
        constexpr int distance = 16;
        for (int i = 0; i < distance; ++i) advance();
    }
    void advance() {
        const Segment* const end = order_.table_.segments.end();
        while (segment_ != end && segment_->columns != order_.place_.columns) ++segment_;
        if (segment_ == end) return;
        const std::size_t k = segment_++->begin + std::size_t{*mark_++};
        const SynapseColumns& columns = order_.columns_;
        __builtin_prefetch(columns.targets.data() + k);
        if (!columns.weights.empty()) __builtin_prefetch(columns.weights.data() + k);
        if (!columns.weights_single.empty()) __builtin_prefetch(columns.weights_single.data() + k);
    }

private:
    const TargetOrder& order_;
    const std::uint16_t* mark_;
    const Segment* segment_;
};

template <class Visit>
void TargetOrder::visit(Visit visit_synapse) {
    places_.resize(end_ - begin_);
    std::uint32_t place = 0;
    for (std::size_t t = begin_; t < end_; ++t) {
        places_[t - begin_] = place;
        place += indegree_[t];
    }
    auto mark = marks_.begin();
    LookAhead look_ahead(*this);
    for_each_segment([&](Row row, const Segment& s) {
        look_ahead.advance();
        const std::size_t block = std::size_t{s.block} << 16;
        const std::size_t begin = place_.first_target + begin_, end = place_.first_target + end_;
        std::size_t k = *mark;
        for (; k < s.length && block + columns_.targets[s.begin + k] < end; ++k)
            visit_synapse(places_[block + columns_.targets[s.begin + k] - begin]++, row, s, k);
        *mark++ = static_cast<std::uint16_t>(k);
    });
}

}  // namespace engram
