// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engram/model.hpp"

namespace engram {

/// Spikes with Poisson statistics; each target receives a train of its own.
struct poisson_generator {
    static constexpr std::string_view doc =
        "spikes with Poisson statistics; every target receives a train of its own";
    static constexpr std::string_view source = "NEST poisson_generator";
    struct Parameters {
        double rate = 0.0;
        double origin = 0.0;
        double start = 0.0;
        double stop = infinity;
    };
    static constexpr auto parameter_fields = std::tuple{
        field("rate", &Parameters::rate, "spikes/s", not_negative, "mean rate of each train"),
        field("origin", &Parameters::origin, "ms", not_negative,
              "time that start and stop count from"),
        field("start", &Parameters::start, "ms", not_negative, "active after origin + start"),
        field("stop", &Parameters::stop, "ms", not_negative, "active up to origin + stop"),
    };
};

}  // namespace engram
