// SPDX-License-Identifier: Apache-2.0
#include "build/segment_kinds.hpp"

#include <fmt/format.h>

namespace engram::build {

std::uint32_t SegmentKinds::number(const SegmentKind& kind) {
    // Consecutive segments often are of one kind, or of the next one.
    if (last_ != numbers_.end() && last_->first != kind) ++last_;
    if (last_ == numbers_.end() || last_->first != kind)
        last_ = numbers_.try_emplace(kind, static_cast<std::uint32_t>(numbers_.size())).first;
    if (last_->second >= most_)
        throw Error(fmt::format(
            "too many kinds of synapses on a virtual process ({} different pairs of projection and "
            "delay at most). Bound random delays, or take a coarser resolution",
            most_));
    return last_->second;
}

std::vector<SegmentKind> SegmentKinds::order() {
    std::vector<SegmentKind> kinds;
    kinds.reserve(numbers_.size());
    place_.resize(numbers_.size());
    for (const auto& [kind, number] : numbers_) {
        place_[number] = static_cast<std::uint32_t>(kinds.size());
        kinds.push_back(kind);
    }
    return kinds;
}

}  // namespace engram::build
