// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "engram/device.hpp"

namespace engram {

/// Injects a Gaussian white noise current, drawn for each target on its own at the first active
/// step and every dt from there. Its variance is std^2 + std_mod^2 sin(2 pi frequency t + phase).
struct noise_generator {
    static constexpr std::string_view doc =
        "Gaussian noise current, of its own for every target; the weight is a factor";
    static constexpr std::string_view source = "NEST noise_generator";
    struct Parameters : Activity {
        double mean = 0.0;
        double std = 0.0;
        double dt = 1.0;
        double std_mod = 0.0;
        double frequency = 0.0;
        double phase = 0.0;
    };
    static constexpr auto parameter_fields = std::tuple_cat(
        std::tuple{
            field("mean", &Parameters::mean, "pA", any_value, "of the current"),
            field("std", &Parameters::std, "pA", not_negative, "standard deviation"),
            field("dt", &Parameters::dt, "ms", positive, "how long a drawn current holds"),
            field("std_mod", &Parameters::std_mod, "pA", not_negative,
                  "modulation of the standard deviation, at most std"),
            field("frequency", &Parameters::frequency, "Hz", not_negative, "of the modulation"),
            field("phase", &Parameters::phase, "deg", any_value,
                  "of the modulation at time 0 (0 to 360)")},
        activity_fields<Parameters>());

    static void check(const Parameters& p, double resolution, std::vector<std::string>& problems) {
        check_steps("dt", p.dt, resolution, problems);
        if (p.std_mod > p.std)
            problems.push_back("std_mod = " + std::to_string(p.std_mod) +
                               " pA (must not exceed std = " + std::to_string(p.std) +
                               " pA). Lower std_mod");
    }

    struct Constants {
        double mean, variance, modulation, turns_per_step, first_turns;
        std::int64_t interval;
    };
    static Constants constants(const Parameters& p, double resolution) {
        return {p.mean,
                p.std * p.std,
                p.std_mod * p.std_mod,
                p.frequency / 1000.0 * resolution,
                p.phase / 360.0,
                std::llround(p.dt / resolution)};
    }
    static std::int64_t interval(const Constants& c) { return c.interval; }
    static NormalCurrent current(const Constants& c, std::int64_t step) {
        const double turns = static_cast<double>(step) * c.turns_per_step + c.first_turns;
        return {c.mean, std::sqrt(c.variance + c.modulation * sin_of_turns(turns))};
    }
};

}  // namespace engram
