// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "state/synapses.hpp"

namespace engram::build {

/// Numbers what segments of a VP share: first as they come, then in their order. Used by one
/// thread.
class SegmentKinds {
public:
    explicit SegmentKinds(std::uint32_t most = Segment::most_kinds) : most_(most) {}
    SegmentKinds(const SegmentKinds&) = delete;  // last_ points into numbers_
    SegmentKinds& operator=(const SegmentKinds&) = delete;
    /// The number of a kind as it came.
    std::uint32_t number(const SegmentKind& kind);
    /// All kinds in their order. After that ordered() holds.
    std::vector<SegmentKind> order();
    /// The place in the order of the kind that came as this number.
    [[nodiscard]] std::uint32_t ordered(std::uint32_t number) const { return place_[number]; }

private:
    std::uint32_t most_;
    std::map<SegmentKind, std::uint32_t> numbers_;
    std::map<SegmentKind, std::uint32_t>::const_iterator last_ = numbers_.end();
    std::vector<std::uint32_t> place_;
};

}  // namespace engram::build
