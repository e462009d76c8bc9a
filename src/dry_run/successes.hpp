// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>

#include "core/math.hpp"
#include "core/random.hpp"

namespace engram::dry_run {

/// Calls `visit(i)` for those of 0 .. trials-1 that succeed, ascending; each does with probability
/// `p` of its own. Takes as long as there are successes, not trials.
template <class Visit>
void for_each_success(RandomStream& random, std::uint64_t trials, double p, Visit visit) {
    if (!(p > 0.0)) return;
    const double miss = p < 1.0 ? std::log1p(-p) : 0.0;
    const auto end = static_cast<double>(trials);
    for (double at = 0.0;; at += 1.0) {
        if (p < 1.0) at += std::floor(math::log(random.uniform()) / miss);
        if (!(at < end)) return;
        visit(static_cast<std::uint64_t>(at));
    }
}

}  // namespace engram::dry_run
