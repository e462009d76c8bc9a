// SPDX-License-Identifier: Apache-2.0
#include "store/target_order.hpp"

#include <algorithm>

namespace engram {

TargetOrder::TargetOrder(const VirtualProcess& vp, std::size_t projection, LocalIndex targets)
    : table_(vp.synapses),
      columns_(table_.projections[projection]),
      projection_(projection),
      indegree_(targets, 0) {
    std::size_t segments = 0;
    for_each_segment([&](Row, const Segment& s) {
        ++segments;
        const std::size_t first = std::size_t{s.block} << 16;
        for (std::size_t k = 0; k < s.length; ++k)
            ++indegree_[first + columns_.targets[s.begin + k]];
    });
    marks_.assign(segments, 0);
    // Each piece costs a look at every segment: few pieces, also where segments are short.
    constexpr std::size_t least = std::size_t{1} << 18, pieces = 16;
    most_ = std::max(least, columns_.size / pieces);
}

bool TargetOrder::next() {
    begin_ = end_;
    size_ = 0;
    while (end_ < indegree_.size() && (size_ == 0 || size_ + indegree_[end_] <= most_))
        size_ += indegree_[end_++];
    return size_ > 0;
}

}  // namespace engram
