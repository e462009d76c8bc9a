// SPDX-License-Identifier: Apache-2.0
#include "engram/device.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "core/math.hpp"
#include "core/time.hpp"

namespace engram {
namespace {

/// The step in which a time lies: up to its end.
std::int64_t step_of(double ms, double resolution) {
    return on_grid(ms, resolution) ? to_steps(ms, resolution)
                                   : static_cast<std::int64_t>(std::ceil(ms / resolution));
}

}  // namespace

void check_times(std::string_view name, const std::vector<double>& times, double resolution,
                 TimesMay may, std::vector<std::string>& problems) {
    for (std::size_t i = 0; i < times.size(); ++i) {
        const auto problem = [&](const std::string& why, const char* remedy) {
            problems.push_back(
                fmt::format("{}[{}] = {} ms ({}). {}", name, i, times[i], why, remedy));
        };
        if (!may.off_grid && !on_grid(times[i], resolution))
            return problem(fmt::format("must be a multiple of the resolution, {} ms", resolution),
                           "Choose a multiple");
        const std::int64_t step = step_of(times[i], resolution);
        if (step < 1)
            return problem("must be positive: the first step ends after time 0",
                           "Choose a later time");
        if (i == 0) continue;
        const std::int64_t before = step_of(times[i - 1], resolution);
        if (step < before)
            return problem("must not be before the one that precedes it", "Sort them");
        if (step == before && !may.equal)
            return problem("falls into the same step as the one that precedes it", "Remove one");
    }
}

void check_one_for_each(std::string_view values_name, const std::vector<double>& values,
                        std::string_view times_name, const std::vector<double>& times,
                        std::vector<std::string>& problems) {
    if (values.size() != times.size())
        problems.push_back(fmt::format("{} has {} values (there are {} {}). Give one for each",
                                       values_name, values.size(), times.size(), times_name));
}

void check_steps(std::string_view name, double ms, double resolution,
                 std::vector<std::string>& problems) {
    if (!on_grid(ms, resolution) || to_steps(ms, resolution) < 1)
        problems.push_back(
            fmt::format("{} = {} ms (must be a multiple of the resolution, {} ms). "
                        "Choose a multiple",
                        name, ms, resolution));
}

Steps::Steps(const std::vector<double>& times_ms, std::vector<double> values_then,
             double resolution)
    : values(std::move(values_then)) {
    for (const double ms : times_ms) times.push_back(step_of(ms, resolution));
}

double Steps::at(std::int64_t step) const {
    const auto next = std::upper_bound(times.begin(), times.end(), step);
    return next == times.begin() ? 0.0 : values[static_cast<std::size_t>(next - times.begin() - 1)];
}

double sin_of_turns(double x) { return math::sin_of_turns(x); }

}  // namespace engram
