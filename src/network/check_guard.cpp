// SPDX-License-Identifier: Apache-2.0
#include "network/check_guard.hpp"

#include <fmt/format.h>

#include "core/time.hpp"

namespace engram {

void check_guard(const Place& place, const GuardOptions& options, double resolution) {
    if (!(options.min_rate >= 0.0))
        place.problem(
            fmt::format("min_rate = {} spikes/s (must not be negative). Leave it out for no limit",
                        options.min_rate));
    if (!(options.max_rate > options.min_rate))
        place.problem(fmt::format("max_rate = {} spikes/s (must be above min_rate = {}). Raise it",
                                  options.max_rate, options.min_rate));
    if (!(options.window > 0.0) || !on_grid(options.window, resolution))
        place.problem(fmt::format(
            "window = {} ms (must be a multiple of the resolution, {} ms, and positive). Choose a "
            "multiple",
            options.window, resolution));
}

}  // namespace engram
