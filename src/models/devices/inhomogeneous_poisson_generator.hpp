// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engram/device.hpp"

namespace engram {

/// Spikes with Poisson statistics at a rate that is constant from one of its times to the next, 0
/// before the first; each target receives a train of its own.
struct inhomogeneous_poisson_generator {
    static constexpr std::string_view doc =
        "Poisson spikes at a piecewise constant rate; every target receives a train of its own";
    static constexpr std::string_view source = "NEST inhomogeneous_poisson_generator";
    struct Parameters : Activity {
        std::vector<double> rate_times;
        std::vector<double> rate_values;
        bool allow_offgrid_times = false;
    };
    static constexpr auto parameter_fields = std::tuple_cat(
        std::tuple{field("rate_times", &Parameters::rate_times, "ms", not_negative,
                         "when the rate changes, ascending; not relative to origin"),
                   field("rate_values", &Parameters::rate_values, "spikes/s", not_negative,
                         "the rate of each train from each of these times on"),
                   field("allow_offgrid_times", &Parameters::allow_offgrid_times, "", any_value,
                         "times that are no multiples of the resolution count from the end of "
                         "their step")},
        activity_fields<Parameters>());

    static void check(const Parameters& p, double resolution, std::vector<std::string>& problems) {
        check_times("rate_times", p.rate_times, resolution, {.off_grid = p.allow_offgrid_times},
                    problems);
        check_one_for_each("rate_values", p.rate_values, "rate_times", p.rate_times, problems);
    }

    static Steps constants(const Parameters& p, double resolution) {
        return {p.rate_times, p.rate_values, resolution};
    }
    static double rate(const Steps& rates, std::int64_t step) { return rates.at(step); }
};

}  // namespace engram
