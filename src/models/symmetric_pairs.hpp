// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "models/by_target.hpp"
#include "models/rule.hpp"

namespace engram {

/// Pairs of different neurons of one population that are connected both ways, with probability `p`
/// each time a pair is drawn: `times` for each pair. Neurons are put into blocks; each pair of
/// blocks has random numbers of its own, which whoever owns targets in one of both goes through.
/// Made for a range of targets, and asked for these.
class SymmetricPairs {
public:
    SymmetricPairs(double p, std::uint32_t times, std::uint64_t size, const RuleRange& range);

    /// Calls `take` with each source of the target.
    template <class Take>
    void sources(NodeIndex target, Take&& take) {
        if (!drawn_.holds(target)) draw(target / block_size_);
        drawn_.sources(target, take);
    }

private:
    void draw(std::uint64_t block);
    void draw_pairs(std::uint64_t block, std::uint64_t other, std::uint32_t time);

    double p_;
    std::uint32_t times_;
    std::uint64_t size_;
    RuleRange range_;
    std::uint64_t block_size_, blocks_;
    RuleDraws draws_;
    ByTarget drawn_;  ///< of the block drawn last
};

}  // namespace engram
