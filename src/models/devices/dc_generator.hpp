// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engram/model.hpp"

namespace engram {

/// Injects a constant current into its targets. With a delay d it acts from start + d to stop + d:
/// V_m is the first time different one step after start + d.
struct dc_generator {
    static constexpr std::string_view doc = "constant current; the weight is a factor";
    static constexpr std::string_view source = "NEST dc_generator";
    static constexpr bool injects_current = true;
    struct Parameters {
        double amplitude = 0.0;
        double origin = 0.0;
        double start = 0.0;
        double stop = infinity;
    };
    static constexpr auto parameter_fields = std::tuple{
        field("amplitude", &Parameters::amplitude, "pA", any_value, "the current"),
        field("origin", &Parameters::origin, "ms", not_negative,
              "time that start and stop count from"),
        field("start", &Parameters::start, "ms", not_negative, "active after origin + start"),
        field("stop", &Parameters::stop, "ms", not_negative, "active up to origin + stop"),
    };
};

}  // namespace engram
