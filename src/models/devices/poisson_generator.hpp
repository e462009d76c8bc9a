// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engram/device.hpp"

namespace engram {

/// Spikes with Poisson statistics; each target receives a train of its own.
struct poisson_generator {
    static constexpr std::string_view doc =
        "spikes with Poisson statistics; every target receives a train of its own";
    static constexpr std::string_view source = "NEST poisson_generator";
    struct Parameters : Activity {
        double rate = 0.0;
    };
    static constexpr auto parameter_fields =
        std::tuple_cat(std::tuple{field("rate", &Parameters::rate, "spikes/s", not_negative,
                                        "mean rate of each train")},
                       activity_fields<Parameters>());

    static double rate(const Parameters& p, std::int64_t /*step*/) { return p.rate; }
};

}  // namespace engram
