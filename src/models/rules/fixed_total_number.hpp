// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/rule.hpp"

namespace engram {

/// N synapses, each between a source and a target drawn with equal probability: the targets have
/// multinomial numbers of them, and draw their sources.
struct fixed_total_number {
    static constexpr std::string_view doc =
        "N synapses between sources and targets drawn with equal probability";
    static constexpr std::string_view source =
        "NEST rule fixed_total_number; Senk et al. 2022, doi:10.1371/journal.pcbi.1010086";
    struct Parameters {
        std::int64_t N = 0;
        bool allow_autapses = true;
        bool allow_multapses = true;
    };
    static constexpr auto parameter_fields = std::tuple{
        field("N", &Parameters::N, "", not_negative, "synapses in all"),
        field("allow_autapses", &Parameters::allow_autapses, "", any_value,
              "a neuron may connect to itself"),
        field("allow_multapses", &Parameters::allow_multapses, "", any_value,
              "a source may connect to the same target several times: must be true"),
    };

    /// The synapses of all targets, to be split among them with equal probability.
    static std::uint64_t total(const Parameters& p) { return static_cast<std::uint64_t>(p.N); }

    static void sources(const Parameters& p, const RuleContext& context, NodeIndex target,
                        std::uint64_t count, RuleDraws& draws, auto&& connect) {
        const bool skip_self = context.same_population && !p.allow_autapses;
        const std::uint64_t candidates = context.source_size - (skip_self ? 1 : 0);
        draws.below(candidates, count,
                    [&](NodeIndex s) { connect(skip_self && s >= target ? s + 1 : s); });
    }

    static void check(const Parameters& p, const RuleContext& context,
                      std::vector<std::string>& problems) {
        if (!p.allow_multapses)
            problems.push_back(
                "allow_multapses = false (the synapses are drawn independently, so that pairs may "
                "repeat). Set it to true, or use fixed_indegree");
        const bool skip_self = context.same_population && !p.allow_autapses;
        if (p.N > 0 && (context.target_size == 0 || context.source_size <= (skip_self ? 1u : 0u)))
            problems.push_back("N = " + std::to_string(p.N) +
                               " (there is no pair of neurons to draw). Use larger populations");
        constexpr std::int64_t most = std::int64_t{1} << 40;
        if (p.N > most)
            problems.push_back("N = " + std::to_string(p.N) +
                               " (must be at most 2^40). Split the projection");
    }
};

}  // namespace engram
