// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engram/device.hpp"

namespace engram {

/// Injects offset + amplitude sin(2 pi frequency t + phase), t the time at the beginning of a step.
/// NEST turns a vector by the angle of a step; this is the same up to its rounding errors.
struct ac_generator {
    static constexpr std::string_view doc = "sinusoidal current; the weight is a factor";
    static constexpr std::string_view source =
        "NEST ac_generator; Rotter and Diesmann 1999, doi:10.1007/s004220050570";
    struct Parameters : Activity {
        double amplitude = 0.0;
        double offset = 0.0;
        double frequency = 0.0;
        double phase = 0.0;
    };
    static constexpr auto parameter_fields = std::tuple_cat(
        std::tuple{field("amplitude", &Parameters::amplitude, "pA", any_value,
                         "of the sinusoidal current"),
                   field("offset", &Parameters::offset, "pA", any_value, "constant current"),
                   field("frequency", &Parameters::frequency, "Hz", any_value, "of the sine"),
                   field("phase", &Parameters::phase, "deg", any_value,
                         "of the sine at time 0 (0 to 360)")},
        activity_fields<Parameters>());

    struct Constants {
        double amplitude, offset, turns_per_step, first_turns;
    };
    static Constants constants(const Parameters& p, double resolution) {
        return {p.amplitude, p.offset, p.frequency / 1000.0 * resolution, p.phase / 360.0};
    }
    static double current(const Constants& c, std::int64_t step) {
        const double turns = static_cast<double>(step) * c.turns_per_step + c.first_turns;
        return c.offset + c.amplitude * sin_of_turns(turns);
    }
};

}  // namespace engram
