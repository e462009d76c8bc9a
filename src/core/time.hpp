// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "core/types.hpp"

namespace engram {

/// Milliseconds as the nearest step.
inline Step to_steps(double ms, double resolution) {
    return static_cast<Step>(std::llround(ms / resolution));
}

/// Milliseconds as the nearest step; infinite times as a step that no run reaches.
inline Step to_steps_or_never(double ms, double resolution) {
    constexpr Step never = Step{1} << 60;
    return ms < 1e15 ? to_steps(ms, resolution) : never;
}

/// True when `ms` is a whole number of steps (up to rounding in the ninth digit).
inline bool on_grid(double ms, double resolution) {
    const double steps = ms / resolution;
    return std::abs(steps - std::round(steps)) <= 1e-9 * std::fmax(1.0, std::abs(steps));
}

/// The steps of a run of `ms`. Throws Error unless that is a whole number of steps from 0 on.
Step steps_of_run(double ms, double resolution);

inline double to_ms(Step step, double resolution) {
    // steps per ms is a whole number for the usual resolutions: dividing gives the nearest double
    // to the decimal.
    const double per_ms = 1.0 / resolution;
    const double whole = std::round(per_ms);
    if (std::abs(per_ms - whole) < 1e-9 * per_ms) return static_cast<double>(step) / whole;
    return static_cast<double>(step) * resolution;
}

}  // namespace engram
