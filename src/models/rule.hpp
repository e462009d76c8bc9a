// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "engram/model.hpp"

#include "core/random.hpp"
#include "core/types.hpp"

namespace engram {

/// What a rule knows of the two populations.
struct RuleContext {
    std::uint64_t source_size = 0;
    std::uint64_t target_size = 0;
    bool same_population = false;
};

/// Set of source indices already drawn for one target; cheap to empty.
class TakenSet {
public:
    void reset(std::uint64_t universe) {
        if (bits_.size() * 64 < universe) bits_.assign((universe + 63) / 64, 0);
        for (const NodeIndex s : members_) bits_[s / 64] = 0;
        members_.clear();
    }
    /// False when `s` was in the set before.
    bool insert(NodeIndex s) {
        const std::uint64_t bit = std::uint64_t{1} << (s % 64);
        if (bits_[s / 64] & bit) return false;
        bits_[s / 64] |= bit;
        members_.push_back(s);
        return true;
    }

private:
    std::vector<std::uint64_t> bits_;
    std::vector<NodeIndex> members_;
};

/// The random numbers of one target: a counter-based stream that knows (seed, projection, target)
/// and nothing of ranks or threads; and a set for the sources that are taken. Restarted for every
/// target; replaying it gives the same synapses.
struct RuleDraws {
    RandomStream stream;
    TakenSet taken;

    NodeIndex below(std::uint64_t bound) { return stream.below(bound); }
};

/// A rule with its parameters, between two populations. Used by one thread.
class RuleSources {
public:
    virtual ~RuleSources() = default;
    /// Appends the sources of `target`, synapse by synapse, to `out`. `draws` is fresh for this
    /// target.
    virtual void append(NodeIndex target, RuleDraws& draws, std::vector<NodeIndex>& out) const = 0;
};

}  // namespace engram
