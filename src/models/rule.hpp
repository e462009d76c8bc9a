// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
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
    /// Calls `take` with what `count` calls of below() give, which is faster.
    template <class Take>
    void below(std::uint64_t bound, std::uint64_t count, Take&& take) {
        std::array<NodeIndex, 256> drawn;
        while (count > 0) {
            const auto n = std::min<std::uint64_t>(count, drawn.size());
            stream.below_all(bound, {drawn.data(), n});
            for (std::size_t i = 0; i < n; ++i) take(drawn[i]);
            count -= n;
        }
    }
};

/// A range of targets, and the random numbers by which a total is split among all targets: these
/// know (seed, projection) and nothing of the range.
struct RuleRange {
    NodeIndex begin = 0, end = 0;
    RandomKey key;
    std::uint32_t projection = 0;
};

/// How many of `total` fall to each target of a range when each falls to any of `targets` with
/// equal probability. The targets are halved again and again, and each half gets a binomial number,
/// so that whoever asks for a range follows the branches to it alone, and all agree.
std::vector<std::uint64_t> split_total(std::uint64_t total, std::uint64_t targets,
                                       const RuleRange& range);

/// A rule with its parameters, between two populations. Used by one thread.
class RuleSources {
public:
    virtual ~RuleSources() = default;
    /// Before append() for targets of this range.
    virtual void prepare(const RuleRange&) {}
    /// Appends the sources of `target`, synapse by synapse, to `out`. `draws` is fresh for this
    /// target.
    virtual void append(NodeIndex target, RuleDraws& draws, std::vector<NodeIndex>& out) const = 0;
};

}  // namespace engram
