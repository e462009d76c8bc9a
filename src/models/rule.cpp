// SPDX-License-Identifier: Apache-2.0
#include "models/rule.hpp"

#include <algorithm>

#include "core/binomial.hpp"

namespace engram {
namespace {

/// Targets [begin, end) of all, and the number of their branch: 1 for all, 2 b and 2 b + 1 for the
/// halves of b.
struct Branch {
    std::uint64_t number;
    NodeIndex begin, end;
};

void split(std::uint64_t total, const Branch& branch, const RuleRange& range,
           std::vector<std::uint64_t>& counts) {
    if (total == 0 || branch.begin >= range.end || branch.end <= range.begin) return;
    const std::uint64_t size = branch.end - branch.begin;
    if (size == 1) {
        counts[branch.begin - range.begin] = total;
        return;
    }
    const NodeIndex middle = branch.begin + size / 2;
    RandomStream random(range.key, branch.number, range.projection);
    const std::uint64_t lower = draw_binomial(
        random, total, static_cast<double>(middle - branch.begin) / static_cast<double>(size));
    split(lower, {2 * branch.number, branch.begin, middle}, range, counts);
    split(total - lower, {2 * branch.number + 1, middle, branch.end}, range, counts);
}

}  // namespace

std::vector<std::uint64_t> split_total(std::uint64_t total, std::uint64_t targets,
                                       const RuleRange& range) {
    std::vector<std::uint64_t> counts(range.end - range.begin, 0);
    if (targets > 0) split(total, {1, 0, targets}, range, counts);
    return counts;
}

}  // namespace engram
