// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <vector>

#include "core/shuffle.hpp"
#include "models/by_target.hpp"
#include "models/rule.hpp"

/// Synapses whose number is fixed for each source, found from their targets. Made for a range of
/// targets, and asked for these.
namespace engram {

/// Each source has `outdegree` slots, and each slot goes to any target with equal probability:
/// all slots are shuffled and dealt to the targets, whose numbers of them are multinomial. Whoever
/// asks for a target works out its slots alone.
class DealtSlots {
public:
    DealtSlots(std::uint64_t outdegree, bool skip_self, const RuleContext& context,
               const RuleRange& range);

    /// Calls `take` with the source of each slot that falls to the target.
    template <class Take>
    void sources(NodeIndex target, Take&& take) {
        if (!skip_self_) {
            for (const NodeIndex s : bucket(target)) take(s);
            return;
        }
        // A slot is dealt to one of the neurons other than its own, counted without that.
        if (target > 0)
            for (const NodeIndex s : bucket(target - 1))
                if (s < target) take(s);
        if (target < buckets_)
            for (const NodeIndex s : bucket(target))
                if (s > target) take(s);
    }

private:
    struct Bucket {
        NodeIndex number = std::numeric_limits<NodeIndex>::max();
        std::vector<NodeIndex> sources;
    };
    const std::vector<NodeIndex>& bucket(NodeIndex number);

    std::uint64_t outdegree_;
    bool skip_self_;
    std::uint64_t buckets_;             ///< of all targets
    NodeIndex first_;                   ///< bucket of those here
    std::vector<std::uint64_t> begin_;  ///< of the slots of each bucket here, and the end
    Shuffle shuffle_;
    std::array<Bucket, 2> last_;  ///< even and odd: neighbours share buckets
};

/// Each source has `outdegree` different targets, every such set with equal probability. Targets
/// are put into blocks; the number of a source's targets in each block comes from hypergeometric
/// splits down a tree over the blocks, and within a block they are drawn. Every source is gone
/// through once for the range, and once more for each of its blocks.
class DistinctTargets {
public:
    DistinctTargets(std::uint64_t outdegree, bool skip_self, const RuleContext& context,
                    const RuleRange& range);

    /// Calls `take` with each source of the target, ascending.
    template <class Take>
    void sources(NodeIndex target, Take&& take) {
        if (!drawn_.holds(target)) draw(target / block_size_);
        drawn_.sources(target, take);
    }

private:
    /// How many targets of a block a source has.
    struct Share {
        std::uint32_t source, targets;
    };
    struct Branch {
        std::uint64_t number, begin, end;  ///< blocks
    };
    void split(NodeIndex source, std::uint64_t targets, const Branch& branch);
    /// Targets of blocks [begin, end) that a source may have.
    [[nodiscard]] std::uint64_t candidates(NodeIndex source, std::uint64_t begin,
                                           std::uint64_t end) const;
    [[nodiscard]] RandomStream stream(NodeIndex source, std::uint64_t what) const {
        return {range_.key, source << 32 | what, range_.projection};
    }
    void draw(std::uint64_t block);

    bool skip_self_;
    std::uint64_t target_size_;
    RuleRange range_;
    std::uint64_t block_size_;
    std::uint64_t first_block_ = 0, end_block_ = 0;  ///< those of the range
    std::vector<std::vector<Share>> shares_;         ///< for each of them
    RuleDraws draws_;
    ByTarget drawn_;  ///< of the block drawn last
};

}  // namespace engram
