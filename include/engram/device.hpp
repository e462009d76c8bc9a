// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "engram/model.hpp"

/// What the header of a device includes (docs/add-a-model.md).
namespace engram {

/// When a device or recorder is active; the base of its Parameters.
struct Activity {
    double origin = 0.0;
    double start = 0.0;
    double stop = infinity;
};

/// The fields of Activity as those of `Parameters`, which derives from it.
template <class Parameters>
constexpr auto activity_fields() {
    const auto member = [](double Activity::*m) { return static_cast<double Parameters::*>(m); };
    return std::tuple{
        field("origin", member(&Activity::origin), "ms", not_negative,
              "time that start and stop count from"),
        field("start", member(&Activity::start), "ms", not_negative, "active after origin + start"),
        field("stop", member(&Activity::stop), "ms", not_negative, "active up to origin + stop"),
    };
}

/// A current (pA) drawn for each target on its own, from a normal distribution.
struct NormalCurrent {
    double mean = 0.0, std = 0.0;
};

/// A spike to all targets, at the end of a step; `factor` multiplies the weight.
struct DeviceSpike {
    std::int64_t step = 0;
    double factor = 1.0;
};

/// Adds the problems of times (ms) at which a device does something: they are positive, ascend, or
/// at least do not descend (`equal`), and are multiples of the resolution, unless `off_grid`.
struct TimesMay {
    bool equal = false, off_grid = false;
};
void check_times(std::string_view name, const std::vector<double>& times, double resolution,
                 TimesMay may, std::vector<std::string>& problems);
/// Adds a problem unless there is one value for each time.
void check_one_for_each(std::string_view values_name, const std::vector<double>& values,
                        std::string_view times_name, const std::vector<double>& times,
                        std::vector<std::string>& problems);
/// Adds a problem unless `ms` is one or more whole steps.
void check_steps(std::string_view name, double ms, double resolution,
                 std::vector<std::string>& problems);

/// A course that jumps: from times[i] (steps) on it has values[i], and before all of them 0.
struct Steps {
    std::vector<std::int64_t> times;
    std::vector<double> values;
    /// `times`: ms; those off the grid count from the end of their step.
    Steps(const std::vector<double>& times, std::vector<double> values, double resolution);
    [[nodiscard]] double at(std::int64_t step) const;
};

/// sin(2 pi x), the same on all processors; errors below 1e-15 for |x| < 1, 1e-16 |x| beyond.
double sin_of_turns(double x);

}  // namespace engram
