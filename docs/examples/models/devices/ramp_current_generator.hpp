// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engram/device.hpp"

namespace engram {

/// Injects a current that grows by `slope` from 0 at time `onset` on. The example of
/// docs/add-a-model.md.
struct ramp_current_generator {
    static constexpr std::string_view doc = "current that grows linearly; the weight is a factor";
    static constexpr std::string_view source = "docs/add-a-model.md";
    struct Parameters : Activity {
        double slope = 0.0;
        double onset = 0.0;
    };
    static constexpr auto parameter_fields = std::tuple_cat(
        std::tuple{
            field("slope", &Parameters::slope, "pA/ms", any_value, "growth of the current"),
            field("onset", &Parameters::onset, "ms", not_negative, "when it begins to grow")},
        activity_fields<Parameters>());

    struct Constants {
        double per_step, first_step;
    };
    static Constants constants(const Parameters& p, double resolution) {
        return {p.slope * resolution, p.onset / resolution};
    }
    static double current(const Constants& c, std::int64_t step) {
        const double steps = static_cast<double>(step) - c.first_step;
        return steps > 0.0 ? steps * c.per_step : 0.0;
    }
};

}  // namespace engram
