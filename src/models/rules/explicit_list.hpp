// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/rule.hpp"

namespace engram {

/// The synapses of a list of (source, target, weight, delay), given in the description or read from
/// a file.
struct explicit_list {
    static constexpr std::string_view doc =
        "a list: arrays source, target and, if wanted, weight and delay; or file, a CSV table of "
        "these";
    static constexpr std::string_view source = "NEST Connect with arrays of ids";
    struct Parameters {};
    static constexpr std::tuple<> parameter_fields{};
};

}  // namespace engram
