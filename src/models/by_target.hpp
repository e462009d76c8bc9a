// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "core/types.hpp"

namespace engram {

/// The sources of a range of targets, for rules that do not find them target by target.
class ByTarget {
public:
    [[nodiscard]] bool holds(NodeIndex target) const { return target >= begin_ && target < end_; }

    /// Before add(): forgets all.
    void reset(NodeIndex begin, NodeIndex end);
    /// A synapse; nothing when the target lies outside the range.
    void add(NodeIndex target, NodeIndex source) {
        if (!holds(target)) return;
        found_.push_back({target - begin_, source});
        ++place_[target - begin_ + 1];
    }
    /// After the last add().
    void order();

    /// Calls `take` with the sources of a target, in the order in which they were added.
    template <class Take>
    void sources(NodeIndex target, Take&& take) const {
        const std::uint64_t i = target - begin_;
        for (std::uint64_t k = i > 0 ? place_[i - 1] : 0; k < place_[i]; ++k) take(sources_[k]);
    }

private:
    struct Synapse {
        NodeIndex target, source;  ///< target within the range
    };
    NodeIndex begin_ = 0, end_ = 0;
    std::vector<Synapse> found_;
    /// First how many each target has, one further on; then where its sources end.
    std::vector<std::uint64_t> place_;
    std::vector<NodeIndex> sources_;
};

}  // namespace engram
