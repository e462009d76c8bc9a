// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/symmetric_pairs.hpp"

namespace engram {

/// Each pair of different neurons is drawn, and if it is connected it is so both ways. As in NEST
/// (i, j) and (j, i) are two such pairs, unless there are to be no multapses.
struct symmetric_pairwise_bernoulli {
    static constexpr std::string_view doc =
        "every pair of neurons of one population is connected both ways with probability p";
    static constexpr std::string_view source = "NEST rule symmetric_pairwise_bernoulli";
    struct Parameters {
        double p = 0.0;
        bool allow_autapses = true;
        bool allow_multapses = true;
        bool make_symmetric = false;
    };
    static constexpr auto parameter_fields = std::tuple{
        field("p", &Parameters::p, "", Bounds{0.0, 1.0, false, "must be between 0 and 1"},
              "probability that a pair is connected"),
        field("allow_autapses", &Parameters::allow_autapses, "", any_value,
              "a neuron may connect to itself: must be false"),
        field("allow_multapses", &Parameters::allow_multapses, "", any_value,
              "pairs (i, j) and (j, i) are drawn each, so that two neurons may be connected twice; "
              "else once"),
        field("make_symmetric", &Parameters::make_symmetric, "", any_value,
              "connections go both ways: must be true"),
    };

    class Plan {
    public:
        Plan(const Parameters& p, const RuleContext& context, const RuleRange& range)
            : pairs_(p.p, p.allow_multapses ? 2 : 1, context.target_size, range) {}
        void sources(NodeIndex target, RuleDraws&, auto&& connect) {
            pairs_.sources(target, connect);
        }

    private:
        SymmetricPairs pairs_;
    };

    static void check(const Parameters& p, const RuleContext& context,
                      std::vector<std::string>& problems) {
        if (!context.same_population)
            problems.push_back(
                "source and target differ (connections go both ways within one population). Use "
                "pairwise_bernoulli, once each way, or join the populations");
        if (p.allow_autapses)
            problems.push_back(
                "allow_autapses = true (a neuron is no pair with itself). Set it to false");
        if (!p.make_symmetric)
            problems.push_back(
                "make_symmetric = false (the rule makes connections both ways). Set it to true");
    }
};

}  // namespace engram
