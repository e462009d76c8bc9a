// SPDX-License-Identifier: Apache-2.0
#include "models/rule.hpp"

#include "core/hypergeometric.hpp"

namespace engram {
namespace {

/// Targets [begin, end) of all, and the number of their branch: 1 for all, 2 b and 2 b + 1 for the
/// halves of b.
struct Branch {
    std::uint64_t number;
    NodeIndex begin, end;
};

/// `lower_part(random, total, lower, upper)` draws how many of the total fall to the first `lower`
/// of lower + upper targets.
template <class LowerPart>
void split(std::uint64_t total, const Branch& branch, const RuleRange& range,
           const LowerPart& lower_part, TotalSplit& result) {
    if (total == 0 || branch.begin >= range.end) return;
    if (branch.end <= range.begin) {
        result.before += total;
        return;
    }
    const std::uint64_t size = branch.end - branch.begin;
    if (size == 1) {
        result.counts[branch.begin - range.begin] = total;
        return;
    }
    const NodeIndex middle = branch.begin + size / 2;
    RandomStream random(range.key, branch.number, range.projection);
    const std::uint64_t lower =
        lower_part(random, total, middle - branch.begin, branch.end - middle);
    split(lower, {2 * branch.number, branch.begin, middle}, range, lower_part, result);
    split(total - lower, {2 * branch.number + 1, middle, branch.end}, range, lower_part, result);
}

template <class LowerPart>
TotalSplit split_by(std::uint64_t total, std::uint64_t targets, const RuleRange& range,
                    const LowerPart& lower_part) {
    TotalSplit result{std::vector<std::uint64_t>(range.end - range.begin, 0), 0};
    if (targets > 0) split(total, {1, 0, targets}, range, lower_part, result);
    return result;
}

}  // namespace

TotalSplit split_total(std::uint64_t total, std::uint64_t targets, const RuleRange& range) {
    return split_by(
        total, targets, range,
        [](RandomStream& random, std::uint64_t count, std::uint64_t lower, std::uint64_t upper) {
            return draw_binomial(random, count,
                                 static_cast<double>(lower) / static_cast<double>(lower + upper));
        });
}

TotalSplit split_distinct(std::uint64_t total, std::uint64_t targets, std::uint64_t capacity,
                          const RuleRange& range) {
    return split_by(total, targets, range,
                    [capacity](RandomStream& random, std::uint64_t count, std::uint64_t lower,
                               std::uint64_t upper) {
                        return draw_hypergeometric(random, lower * capacity, upper * capacity,
                                                   count);
                    });
}

}  // namespace engram
