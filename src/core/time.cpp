// SPDX-License-Identifier: Apache-2.0
#include "core/time.hpp"

#include <fmt/format.h>

#include "engram/model.hpp"

namespace engram {

std::int32_t steps_up(double ms, double resolution) {
    constexpr double per_ms = 1000.0;  // NEST's tics
    const long long tics = std::llround(ms * per_ms);
    const long long tics_per_step = std::llround(resolution * per_ms);
    return narrow<std::int32_t>((tics + tics_per_step - 1) / tics_per_step, "a duration in steps",
                                "Use a shorter one, or a longer resolution");
}

Step steps_of_run(double ms, double resolution) {
    if (!(ms >= 0.0) || !std::isfinite(ms) || !on_grid(ms, resolution))
        throw Error(
            fmt::format("duration = {} ms (must be a multiple of the resolution, {} ms, and not "
                        "negative). Choose a multiple",
                        ms, resolution));
    return to_steps(ms, resolution);
}

}  // namespace engram
