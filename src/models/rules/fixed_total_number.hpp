// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/rule.hpp"

namespace engram {

/// N synapses, each between a source and a target drawn with equal probability: the targets have
/// multinomial numbers of them, hypergeometric ones where no pair may repeat, and draw their
/// sources.
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
              "a source may connect to the same target several times"),
    };

    /// Sources that a target may have.
    static std::uint64_t candidates(const Parameters& p, const RuleContext& context) {
        const bool skip_self = context.same_population && !p.allow_autapses;
        return context.source_size - (skip_self && context.source_size > 0 ? 1 : 0);
    }

    class Plan {
    public:
        Plan(const Parameters& p, const RuleContext& context, const RuleRange& range)
            : skip_self_(context.same_population && !p.allow_autapses),
              multapses_(p.allow_multapses),
              candidates_(fixed_total_number::candidates(p, context)),
              begin_(range.begin) {
            const auto total = static_cast<std::uint64_t>(p.N);
            counts_ = (multapses_ ? split_total(total, context.target_size, range)
                                  : split_distinct(total, context.target_size, candidates_, range))
                          .counts;
        }
        void sources(NodeIndex target, RuleDraws& draws, auto&& connect) const {
            const auto take = [&](NodeIndex s) { connect(skip_self_ && s >= target ? s + 1 : s); };
            const std::uint64_t count = counts_[target - begin_];
            if (multapses_) draws.below(candidates_, count, take);
            else draws.distinct(candidates_, count, take);
        }

    private:
        bool skip_self_, multapses_;
        std::uint64_t candidates_;
        NodeIndex begin_;
        std::vector<std::uint64_t> counts_;  ///< of the targets from there on
    };

    static void check(const Parameters& p, const RuleContext& context,
                      std::vector<std::string>& problems) {
        const auto total = static_cast<std::uint64_t>(p.N);
        const std::string given = "N = " + std::to_string(total);
        const std::uint64_t sources = candidates(p, context), targets = context.target_size;
        if (total > 0 && (targets == 0 || sources == 0)) {
            problems.push_back(given +
                               " (there is no pair of neurons to draw). Use larger populations");
        } else if (total > most_to_split) {
            problems.push_back(given + " (must be at most 2^40). Split the projection");
        } else if (!p.allow_multapses && total > 0) {
            constexpr std::uint64_t most_pairs = std::uint64_t{1} << 63;
            if (sources >= most_pairs / targets)
                problems.push_back(
                    "allow_multapses = false (there are more than 2^63 pairs of "
                    "neurons). Split the projection");
            else if (total > sources * targets)
                problems.push_back(given + " (only " + std::to_string(sources * targets) +
                                   " pairs of neurons are there and allow_multapses is false). "
                                   "Lower N or allow multapses");
        }
    }
};

}  // namespace engram
