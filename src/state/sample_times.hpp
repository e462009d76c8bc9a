// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "core/types.hpp"

namespace engram {

/// When a multimeter samples: at multiples of `interval`, or, with an offset, first at `offset` and
/// then every `interval` steps, as in NEST; of these the steps in (begin, end].
struct SampleTimes {
    Step interval = 1, offset = 0, begin = 0, end = 0;

    [[nodiscard]] bool contains(Step step) const {
        return step > begin && step <= end && step >= first() && (step - first()) % interval == 0;
    }
    /// How many there are up to this step.
    [[nodiscard]] Step count_until(Step step) const {
        return std::max<Step>(0, all_until(std::min(step, end)) - all_until(std::min(begin, end)));
    }
    /// The step of the sample that `count` samples precede.
    [[nodiscard]] Step at(Step count) const {
        return first() + (all_until(std::min(begin, end)) + count) * interval;
    }

private:
    [[nodiscard]] Step first() const { return offset > 0 ? offset : interval; }
    [[nodiscard]] Step all_until(Step step) const {
        return step < first() ? 0 : (step - first()) / interval + 1;
    }
};

}  // namespace engram
