// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engram/model.hpp"

namespace engram {

/// Records state variables of populations at regular times.
struct multimeter {
    static constexpr std::string_view doc =
        "records state variables of populations every interval (SONATA frame reports); "
        "record_from names the variables, by default V_m";
    static constexpr std::string_view source =
        "NEST multimeter; SONATA developer guide, frame-oriented reports";
    static constexpr Records records = Records::samples;
    struct Parameters {
        double interval = 1.0;
        double offset = 0.0;
        double origin = 0.0;
        double start = 0.0;
        double stop = infinity;
    };
    static constexpr auto parameter_fields = std::tuple{
        field("interval", &Parameters::interval, "ms", positive, "time between two samples"),
        field("offset", &Parameters::offset, "ms", not_negative,
              "time of the first sample; 0: interval"),
        field("origin", &Parameters::origin, "ms", not_negative,
              "time that start and stop count from"),
        field("start", &Parameters::start, "ms", not_negative,
              "records samples after origin + start"),
        field("stop", &Parameters::stop, "ms", not_negative, "records samples up to origin + stop"),
    };
};

}  // namespace engram
