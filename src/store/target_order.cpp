// SPDX-License-Identifier: Apache-2.0
#include "store/target_order.hpp"

#include <algorithm>

namespace engram {

TargetOrder::TargetOrder(const VirtualProcess& vp, std::size_t projection, LocalIndex targets)
    : table_(vp.synapses),
      place_(table_.places[projection]),
      columns_(table_.columns[place_.columns]),
      indegree_(targets, 0) {
    for_each_segment([&](Row, const Segment& s) {
        const std::uint16_t* const begin = columns_.targets.data() + s.begin;
        const std::size_t block = std::size_t{s.block} << 16;
        const std::uint16_t* at = begin;
        if (place_.first_target > block)
            at = std::lower_bound(begin, begin + s.length, place_.first_target - block);
        marks_.push_back(static_cast<std::uint16_t>(at - begin));
        for (; at != begin + s.length && block + *at < place_.first_target + targets; ++at)
            ++indegree_[block + *at - place_.first_target];
    });
    // Each piece costs a look at every segment: few pieces, also where segments are short.
    constexpr std::size_t least = std::size_t{1} << 18, pieces = 16;
    most_ = std::max(least, place_.synapses / pieces);
}

bool TargetOrder::next() {
    begin_ = end_;
    size_ = 0;
    while (end_ < indegree_.size() && (size_ == 0 || size_ + indegree_[end_] <= most_))
        size_ += indegree_[end_++];
    return size_ > 0;
}

}  // namespace engram
