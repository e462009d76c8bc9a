// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engram/device.hpp"

namespace engram {

/// Records the weights of projections as spikes arrive. start and stop hold for the time at which a
/// spike was emitted.
struct weight_recorder {
    static constexpr std::string_view doc =
        "records time, source, target, weight, delay and receptor of each spike that arrives "
        "through "
        "the projections named";
    static constexpr std::string_view source = "NEST weight_recorder";
    static constexpr Records records = Records::weights;
    struct Parameters : Activity {};
    static constexpr auto parameter_fields = activity_fields<Parameters>();
};

}  // namespace engram
