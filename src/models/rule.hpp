// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

#include "engram/model.hpp"

#include "core/below_rising.hpp"
#include "core/binomial.hpp"
#include "core/random.hpp"
#include "core/types.hpp"

namespace engram {

/// What a rule knows of the two populations.
struct RuleContext {
    std::uint64_t source_size = 0;
    std::uint64_t target_size = 0;
    bool same_population = false;
};

/// Set of numbers already drawn; cheap to empty.
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
/// and nothing of ranks or threads; and a set for what is taken. Restarted for every target;
/// replaying it gives the same synapses.
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
    /// Calls `take` with `count` different numbers from 0 to bound - 1, each such set with equal
    /// probability: one draw for each, also when nearly all are taken (Floyd; Bentley and Floyd
    /// 1987, doi:10.1145/30401.315746).
    template <class Take>
    void distinct(std::uint64_t bound, std::uint64_t count, Take&& take) {
        taken.reset(bound);
        std::array<NodeIndex, 256> drawn;
        for (std::uint64_t last = bound - count; last < bound;) {
            const auto n = std::min<std::uint64_t>(bound - last, drawn.size());
            below_rising(stream, last + 1, {drawn.data(), n});
            for (std::size_t i = 0; i < n; ++i, ++last) {
                NodeIndex s = drawn[i];
                if (!taken.insert(s)) {
                    s = last;
                    taken.insert(s);
                }
                take(s);
            }
        }
    }
    /// Calls `take` with those numbers from 0 to size - 1, ascending, that succeed with probability
    /// `p` each: the gaps between them are geometric, so that it takes as long as there are
    /// successes.
    template <class Take>
    void successes(std::uint64_t size, double p, Take&& take) {
        if (!(p > 0.0)) return;
        if (p >= 1.0) {
            for (NodeIndex i = 0; i < size; ++i) take(i);
            return;
        }
        const Random gap = exponential(-1.0 / log_of_complement(p));  // rounded down
        std::array<double, 256> gaps;
        for (NodeIndex at = 0;;) {
            const double expected = static_cast<double>(size - at) * p;
            const double wanted = expected + 2.0 * std::sqrt(expected) + 1.0;
            const auto n =
                static_cast<std::size_t>(std::min(wanted, static_cast<double>(gaps.size())));
            stream.draw_all(gap, {gaps.data(), n});
            for (std::size_t i = 0; i < n; ++i) {
                if (!(gaps[i] < static_cast<double>(size - at))) return;
                at += static_cast<NodeIndex>(gaps[i]);
                take(at++);
            }
        }
    }
};

/// A range of targets, and the random numbers of what is shared among all targets: these know
/// (seed, projection) and nothing of the range.
struct RuleRange {
    NodeIndex begin = 0, end = 0;
    RandomKey key;
    std::uint32_t projection = 0;
};

/// How a total falls to the targets of a range.
struct TotalSplit {
    std::vector<std::uint64_t> counts;  ///< for each target
    std::uint64_t before = 0;           ///< to all targets before the range
};

/// Totals up to this can be split.
constexpr std::uint64_t most_to_split = std::uint64_t{1} << 40;

/// How many of `total` fall to each target of a range when each falls to any of `targets` with
/// equal probability. The targets are halved again and again, and each half gets a binomial number,
/// so that whoever asks for a range follows the branches to it alone, and all agree.
TotalSplit split_total(std::uint64_t total, std::uint64_t targets, const RuleRange& range);

/// The same when each target has `capacity` places, each place is taken once at most, and every
/// choice of places has equal probability: each half gets a hypergeometric number.
/// total <= targets * capacity < 2^63.
TotalSplit split_distinct(std::uint64_t total, std::uint64_t targets, std::uint64_t capacity,
                          const RuleRange& range);

/// A rule with its parameters, between two populations. Used by one thread.
class RuleSources {
public:
    virtual ~RuleSources() = default;
    /// Before append() for targets of this range.
    virtual void prepare(const RuleRange&) {}
    /// Appends the sources of `target`, synapse by synapse, to `out`. `draws` is fresh for this
    /// target.
    virtual void append(NodeIndex target, RuleDraws& draws, std::vector<NodeIndex>& out) = 0;
    /// That a source and a target are connected at all, where the rule tells it.
    [[nodiscard]] virtual std::optional<double> chance() const { return std::nullopt; }
};

}  // namespace engram
