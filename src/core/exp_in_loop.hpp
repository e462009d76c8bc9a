// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/math.hpp"

namespace engram::math {

/// exp without branches, for loops over many. NaN counts as minus infinity.
[[gnu::always_inline]] inline double exp_in_loop(double x) {
    const double above = x > -746.0 ? x : -746.0;               // where exp is zero ...
    return detail::exp_bounded(above < 710.0 ? above : 710.0);  // ... and infinite
}

}  // namespace engram::math
