// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/rule.hpp"

namespace engram {

/// Neuron i of the source onto neuron i of the target.
struct one_to_one {
    static constexpr std::string_view doc = "neuron i of the source onto neuron i of the target";
    static constexpr std::string_view source = "NEST rule one_to_one";
    struct Parameters {};
    static constexpr std::tuple<> parameter_fields{};

    static void sources(const Parameters&, const RuleContext&, NodeIndex target, RuleDraws&,
                        auto&& connect) {
        connect(target);
    }
};

}  // namespace engram
