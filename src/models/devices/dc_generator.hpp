// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engram/device.hpp"

namespace engram {

/// Injects a constant current into its targets.
struct dc_generator {
    static constexpr std::string_view doc = "constant current; the weight is a factor";
    static constexpr std::string_view source = "NEST dc_generator";
    struct Parameters : Activity {
        double amplitude = 0.0;
    };
    static constexpr auto parameter_fields = std::tuple_cat(
        std::tuple{field("amplitude", &Parameters::amplitude, "pA", any_value, "the current")},
        activity_fields<Parameters>());

    static double current(const Parameters& p, std::int64_t /*step*/) { return p.amplitude; }
};

}  // namespace engram
