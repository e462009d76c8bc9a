// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engram/model.hpp"

namespace engram {

/// Spikes at given times, the same to all targets.
struct spike_generator {
    static constexpr std::string_view doc = "spikes at given times";
    static constexpr std::string_view source = "NEST spike_generator";
    struct Parameters {
        std::vector<double> spike_times;
        std::vector<double> spike_weights;
        double origin = 0.0;
        double start = 0.0;
        double stop = infinity;
    };
    static constexpr auto parameter_fields = std::tuple{
        field("spike_times", &Parameters::spike_times, "ms", not_negative,
              "when it spikes, ascending, multiples of the resolution"),
        field("spike_weights", &Parameters::spike_weights, "", any_value,
              "one factor of the synaptic weight for each spike, or none"),
        field("origin", &Parameters::origin, "ms", not_negative,
              "time that spike_times, start and stop count from"),
        field("start", &Parameters::start, "ms", not_negative, "active after origin + start"),
        field("stop", &Parameters::stop, "ms", not_negative, "active up to origin + stop"),
    };
};

}  // namespace engram
