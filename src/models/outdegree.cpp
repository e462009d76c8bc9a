// SPDX-License-Identifier: Apache-2.0
#include "models/outdegree.hpp"

#include <algorithm>

#include "core/hypergeometric.hpp"

namespace engram {
namespace {

/// Beyond the branches of a tree over the targets.
constexpr std::uint64_t shuffle_streams = std::uint64_t{1} << 63;

}  // namespace

DealtSlots::DealtSlots(std::uint64_t outdegree, bool skip_self, const RuleContext& context,
                       const RuleRange& range)
    : outdegree_(outdegree),
      skip_self_(skip_self),
      buckets_(context.target_size - (skip_self ? 1 : 0)),
      first_(range.begin - (skip_self && range.begin > 0 ? 1 : 0)) {
    const std::uint64_t slots = context.source_size * outdegree;
    const NodeIndex end = std::max(first_, std::min(range.end, buckets_));
    const TotalSplit split =
        split_total(slots, buckets_, {first_, end, range.key, range.projection});
    begin_.push_back(split.before);
    for (const std::uint64_t count : split.counts) begin_.push_back(begin_.back() + count);
    if (begin_.back() > begin_.front())
        shuffle_ = Shuffle(range.key, shuffle_streams, range.projection, slots);
}

const std::vector<NodeIndex>& DealtSlots::bucket(NodeIndex number) {
    Bucket& bucket = last_[number % 2];
    if (bucket.number == number) return bucket.sources;
    bucket.number = number;
    const std::uint64_t begin = begin_[number - first_];
    bucket.sources.resize(begin_[number - first_ + 1] - begin);
    shuffle_.part(begin, bucket.sources);
    for (NodeIndex& slot : bucket.sources) slot /= outdegree_;
    return bucket.sources;
}

DistinctTargets::DistinctTargets(std::uint64_t outdegree, bool skip_self,
                                 const RuleContext& context, const RuleRange& range)
    : skip_self_(skip_self), target_size_(context.target_size), range_(range) {
    constexpr std::uint64_t in_block = 8;  // targets of a source: enough to draw them together
    block_size_ = outdegree > 0 ? in_block * target_size_ / outdegree : target_size_;
    block_size_ = std::clamp<std::uint64_t>(block_size_, 1, target_size_);
    if (range.begin == range.end) return;
    first_block_ = range.begin / block_size_;
    end_block_ = (range.end - 1) / block_size_ + 1;
    shares_.resize(end_block_ - first_block_);
    if (outdegree == 0) return;
    const std::uint64_t blocks = (target_size_ + block_size_ - 1) / block_size_;
    for (NodeIndex s = 0; s < context.source_size; ++s) split(s, outdegree, {1, 0, blocks});
}

std::uint64_t DistinctTargets::candidates(NodeIndex source, std::uint64_t begin,
                                          std::uint64_t end) const {
    const NodeIndex first = begin * block_size_;
    const NodeIndex last = std::min(end * block_size_, target_size_);
    return last - first - (skip_self_ && source >= first && source < last ? 1 : 0);
}

void DistinctTargets::split(NodeIndex source, std::uint64_t targets, const Branch& branch) {
    if (targets == 0 || branch.begin >= end_block_ || branch.end <= first_block_) return;
    if (branch.end - branch.begin == 1) {
        shares_[branch.begin - first_block_].push_back(
            {static_cast<std::uint32_t>(source), static_cast<std::uint32_t>(targets)});
        return;
    }
    const std::uint64_t middle = branch.begin + (branch.end - branch.begin) / 2;
    RandomStream random = stream(source, branch.number);
    const std::uint64_t lower =
        draw_hypergeometric(random, candidates(source, branch.begin, middle),
                            candidates(source, middle, branch.end), targets);
    split(source, lower, {2 * branch.number, branch.begin, middle});
    split(source, targets - lower, {2 * branch.number + 1, middle, branch.end});
}

void DistinctTargets::draw(std::uint64_t block) {
    constexpr std::uint64_t within = std::uint64_t{1} << 31;  // beyond the numbers of branches
    const NodeIndex first = block * block_size_;
    drawn_.reset(std::max(first, range_.begin),
                 std::min({first + block_size_, target_size_, range_.end}));
    for (const Share& share : shares_[block - first_block_]) {
        const NodeIndex s = share.source;
        draws_.stream = stream(s, within | block);
        draws_.distinct(candidates(s, block, block + 1), share.targets, [&](NodeIndex i) {
            const NodeIndex target = first + i;
            drawn_.add(skip_self_ && s >= first && target >= s ? target + 1 : target, s);
        });
    }
    drawn_.order();
}

}  // namespace engram
