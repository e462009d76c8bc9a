// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/poisson.hpp"
#include "models/rule.hpp"

namespace engram {

/// Every pair of a source and a target has a Poisson number of synapses: so has every target, and
/// their sources are independent.
struct pairwise_poisson {
    static constexpr std::string_view doc =
        "every pair of a source and a target has a Poisson number of synapses";
    static constexpr std::string_view source = "NEST rule pairwise_poisson";
    struct Parameters {
        double pairwise_avg_num_conns = 0.0;
        bool allow_autapses = true;
        bool allow_multapses = true;
    };
    static constexpr auto parameter_fields = std::tuple{
        field("pairwise_avg_num_conns", &Parameters::pairwise_avg_num_conns, "", not_negative,
              "mean number of synapses of a pair"),
        field("allow_autapses", &Parameters::allow_autapses, "", any_value,
              "a neuron may connect to itself"),
        field("allow_multapses", &Parameters::allow_multapses, "", any_value,
              "a source may connect to the same target several times: must be true"),
    };

    static void sources(const Parameters& p, const RuleContext& context, NodeIndex target,
                        RuleDraws& draws, auto&& connect) {
        const bool skip_self = context.same_population && !p.allow_autapses;
        const std::uint64_t candidates = context.source_size - (skip_self ? 1 : 0);
        const std::uint64_t count =
            draw_poisson(draws.stream, p.pairwise_avg_num_conns * static_cast<double>(candidates));
        draws.below(candidates, count,
                    [&](NodeIndex s) { connect(skip_self && s >= target ? s + 1 : s); });
    }

    static void check(const Parameters& p, const RuleContext& context,
                      std::vector<std::string>& problems) {
        if (!p.allow_multapses)
            problems.push_back(
                "allow_multapses = false (a pair may have several synapses). Set it to true, or "
                "use pairwise_bernoulli");
        constexpr double most = 0x1p32;
        if (p.pairwise_avg_num_conns * static_cast<double>(context.source_size) > most)
            problems.push_back(
                "pairwise_avg_num_conns = " + std::to_string(p.pairwise_avg_num_conns) +
                " (a target would have more than 2^32 synapses). Lower it");
    }
};

}  // namespace engram
