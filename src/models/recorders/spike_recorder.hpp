// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engram/model.hpp"

namespace engram {

/// Records the spikes of populations.
struct spike_recorder {
    static constexpr std::string_view doc =
        "records the spikes of populations (SONATA spike report)";
    static constexpr std::string_view source =
        "NEST spike_recorder; SONATA developer guide, spike reports";
    static constexpr Records records = Records::spikes;
    struct Parameters {
        double origin = 0.0;
        double start = 0.0;
        double stop = infinity;
    };
    static constexpr auto parameter_fields = std::tuple{
        field("origin", &Parameters::origin, "ms", not_negative,
              "time that start and stop count from"),
        field("start", &Parameters::start, "ms", not_negative,
              "records spikes after origin + start"),
        field("stop", &Parameters::stop, "ms", not_negative, "records spikes up to origin + stop"),
    };
};

}  // namespace engram
