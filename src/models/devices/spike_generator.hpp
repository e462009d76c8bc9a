// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "engram/device.hpp"

namespace engram {

/// Spikes at given times, the same to all targets.
struct spike_generator {
    static constexpr std::string_view doc = "spikes at given times";
    static constexpr std::string_view source = "NEST spike_generator";
    struct Parameters : Activity {
        std::vector<double> spike_times;
        std::vector<double> spike_weights;
    };
    static constexpr auto parameter_fields = std::tuple_cat(
        std::tuple{field("spike_times", &Parameters::spike_times, "ms", not_negative,
                         "when it spikes, after origin; ascending, multiples of the resolution"),
                   field("spike_weights", &Parameters::spike_weights, "", any_value,
                         "one factor of the synaptic weight for each spike, or none")},
        activity_fields<Parameters>());

    static void check(const Parameters& p, double resolution, std::vector<std::string>& problems) {
        check_times("spike_times", p.spike_times, resolution, {.equal = true}, problems);
        if (!p.spike_weights.empty())
            check_one_for_each("spike_weights", p.spike_weights, "spike_times", p.spike_times,
                               problems);
    }

    static std::vector<DeviceSpike> spikes(const Parameters& p, double resolution) {
        std::vector<DeviceSpike> result;
        for (std::size_t i = 0; i < p.spike_times.size(); ++i)
            result.push_back({std::llround((p.origin + p.spike_times[i]) / resolution),
                              p.spike_weights.empty() ? 1.0 : p.spike_weights[i]});
        return result;
    }
};

}  // namespace engram
