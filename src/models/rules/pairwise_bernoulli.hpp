// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/rule.hpp"

namespace engram {

/// Every pair of a source and a target is connected with probability `p`.
struct pairwise_bernoulli {
    static constexpr std::string_view doc =
        "every pair of a source and a target is connected with probability p";
    static constexpr std::string_view source =
        "NEST rule pairwise_bernoulli; Senk et al. 2022, doi:10.1371/journal.pcbi.1010086";
    struct Parameters {
        double p = 0.0;
        bool allow_autapses = true;
        bool allow_multapses = true;
    };
    static constexpr auto parameter_fields = std::tuple{
        field("p", &Parameters::p, "", Bounds{0.0, 1.0, false, "must be between 0 and 1"},
              "probability of a connection"),
        field("allow_autapses", &Parameters::allow_autapses, "", any_value,
              "a neuron may connect to itself"),
        field("allow_multapses", &Parameters::allow_multapses, "", any_value,
              "without effect: the rule makes none"),
    };

    static void sources(const Parameters& p, const RuleContext& context, NodeIndex target,
                        RuleDraws& draws, auto&& connect) {
        const bool skip_self = context.same_population && !p.allow_autapses;
        draws.successes(context.source_size - (skip_self ? 1 : 0), p.p,
                        [&](NodeIndex s) { connect(skip_self && s >= target ? s + 1 : s); });
    }
};

}  // namespace engram
