// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engram/device.hpp"

namespace engram {

/// Injects a current that is constant from one of its times to the next; none before the first.
struct step_current_generator {
    static constexpr std::string_view doc = "piecewise constant current; the weight is a factor";
    static constexpr std::string_view source = "NEST step_current_generator";
    struct Parameters : Activity {
        std::vector<double> amplitude_times;
        std::vector<double> amplitude_values;
        bool allow_offgrid_times = false;
    };
    static constexpr auto parameter_fields = std::tuple_cat(
        std::tuple{field("amplitude_times", &Parameters::amplitude_times, "ms", not_negative,
                         "when the current changes, ascending; not relative to origin"),
                   field("amplitude_values", &Parameters::amplitude_values, "pA", any_value,
                         "the current from each of these times on"),
                   field("allow_offgrid_times", &Parameters::allow_offgrid_times, "", any_value,
                         "times that are no multiples of the resolution count from the end of "
                         "their step")},
        activity_fields<Parameters>());

    static void check(const Parameters& p, double resolution, std::vector<std::string>& problems) {
        check_times("amplitude_times", p.amplitude_times, resolution,
                    {.off_grid = p.allow_offgrid_times}, problems);
        check_one_for_each("amplitude_values", p.amplitude_values, "amplitude_times",
                           p.amplitude_times, problems);
    }

    static Steps constants(const Parameters& p, double resolution) {
        return {p.amplitude_times, p.amplitude_values, resolution};
    }
    static double current(const Steps& amplitude, std::int64_t step) { return amplitude.at(step); }
};

}  // namespace engram
