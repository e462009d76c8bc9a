// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/recorders/multimeter.hpp"

namespace engram {

/// A multimeter of V_m.
struct voltmeter : multimeter {
    static constexpr std::string_view doc =
        "records V_m of populations every interval (SONATA frame reports)";
    static constexpr std::string_view source =
        "NEST voltmeter; SONATA developer guide, frame-oriented reports";
    static constexpr std::string_view variable = "V_m";
};

}  // namespace engram
