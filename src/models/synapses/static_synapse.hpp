// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engram/model.hpp"

namespace engram {

/// A synapse whose weight does not change.
struct static_synapse {
    static constexpr std::string_view doc = "synapse whose weight does not change";
    static constexpr std::string_view source = "NEST static_synapse";
    struct Parameters {};
    static constexpr std::tuple<> parameter_fields{};
};

}  // namespace engram
