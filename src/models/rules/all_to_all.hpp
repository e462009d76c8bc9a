// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/rule.hpp"

namespace engram {

/// Every neuron of the source onto every neuron of the target.
struct all_to_all {
    static constexpr std::string_view doc =
        "every neuron of the source onto every neuron of the target";
    static constexpr std::string_view source = "NEST rule all_to_all";
    struct Parameters {
        bool allow_autapses = true;
    };
    static constexpr auto parameter_fields = std::tuple{
        field("allow_autapses", &Parameters::allow_autapses, "", any_value,
              "a neuron may connect to itself"),
    };

    static void sources(const Parameters& p, const RuleContext& context, NodeIndex target,
                        RuleDraws&, auto&& connect) {
        for (NodeIndex s = 0; s < context.source_size; ++s)
            if (p.allow_autapses || !context.same_population || s != target) connect(s);
    }
};

}  // namespace engram
