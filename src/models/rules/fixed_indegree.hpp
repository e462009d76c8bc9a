// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/rule.hpp"

namespace engram {

/// Every target neuron draws `indegree` source neurons with equal probability.
struct fixed_indegree {
    static constexpr std::string_view doc =
        "every target draws indegree sources with equal probability";
    static constexpr std::string_view source =
        "NEST rule fixed_indegree; Senk et al. 2022, doi:10.1371/journal.pcbi.1010086";
    struct Parameters {
        std::int64_t indegree = 0;
        bool allow_autapses = true;
        bool allow_multapses = true;
    };
    static constexpr auto parameter_fields = std::tuple{
        field("indegree", &Parameters::indegree, "", not_negative, "synapses onto each target"),
        field("allow_autapses", &Parameters::allow_autapses, "", any_value,
              "a neuron may connect to itself"),
        field("allow_multapses", &Parameters::allow_multapses, "", any_value,
              "a source may connect to the same target several times"),
    };

    static void sources(const Parameters& p, const RuleContext& context, NodeIndex target,
                        RuleDraws& draws, auto&& connect) {
        const bool skip_self = context.same_population && !p.allow_autapses;
        const auto indegree = static_cast<std::uint64_t>(p.indegree);
        if (p.allow_multapses) {
            for (std::uint64_t left = indegree; left > 0;)
                draws.below(context.source_size, left, [&](NodeIndex s) {
                    if (skip_self && s == target) return;
                    connect(s);
                    --left;
                });
            return;
        }
        const std::uint64_t candidates = context.source_size - (skip_self ? 1 : 0);
        draws.distinct(candidates, indegree,
                       [&](NodeIndex s) { connect(skip_self && s >= target ? s + 1 : s); });
    }

    static void check(const Parameters& p, const RuleContext& context,
                      std::vector<std::string>& problems) {
        const std::uint64_t candidates =
            context.source_size -
            (context.same_population && !p.allow_autapses && context.source_size > 0 ? 1 : 0);
        const auto indegree = static_cast<std::uint64_t>(p.indegree);
        if (indegree > 0 && candidates == 0)
            problems.push_back("indegree = " + std::to_string(indegree) +
                               " (the source has no neuron to draw). Use a larger source");
        else if (!p.allow_multapses && indegree > candidates)
            problems.push_back("indegree = " + std::to_string(indegree) + " (only " +
                               std::to_string(candidates) +
                               " sources are there and allow_multapses is false). Lower indegree "
                               "or allow multapses");
    }
};

}  // namespace engram
