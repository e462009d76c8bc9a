// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <variant>

#include "core/math.hpp"
#include "models/outdegree.hpp"

namespace engram {

/// Every source neuron draws `outdegree` target neurons with equal probability.
struct fixed_outdegree {
    static constexpr std::string_view doc =
        "every source draws outdegree targets with equal probability";
    static constexpr std::string_view source =
        "NEST rule fixed_outdegree; Senk et al. 2022, doi:10.1371/journal.pcbi.1010086";
    struct Parameters {
        std::int64_t outdegree = 0;
        bool allow_autapses = true;
        bool allow_multapses = true;
    };
    static constexpr auto parameter_fields = std::tuple{
        field("outdegree", &Parameters::outdegree, "", not_negative, "synapses of each source"),
        field("allow_autapses", &Parameters::allow_autapses, "", any_value,
              "a neuron may connect to itself"),
        field("allow_multapses", &Parameters::allow_multapses, "", any_value,
              "a source may connect to the same target several times"),
    };

    class Plan {
    public:
        Plan(const Parameters& p, const RuleContext& context, const RuleRange& range) {
            const bool skip_self = context.same_population && !p.allow_autapses;
            const auto outdegree = static_cast<std::uint64_t>(p.outdegree);
            if (p.allow_multapses)
                targets_.emplace<DealtSlots>(outdegree, skip_self, context, range);
            else targets_.emplace<DistinctTargets>(outdegree, skip_self, context, range);
        }
        void sources(NodeIndex target, RuleDraws&, auto&& connect) {
            if (auto* const dealt = std::get_if<DealtSlots>(&targets_))
                dealt->sources(target, connect);
            else std::get<DistinctTargets>(targets_).sources(target, connect);
        }

    private:
        std::variant<std::monostate, DealtSlots, DistinctTargets> targets_;
    };

    static std::uint64_t candidates(const Parameters& p, const RuleContext& context) {
        const bool skip_self = context.same_population && !p.allow_autapses;
        return context.target_size - (skip_self && context.target_size > 0 ? 1 : 0);
    }

    static double chance(const Parameters& p, const RuleContext& context) {
        const auto outdegree = static_cast<double>(p.outdegree);
        const auto targets = static_cast<double>(candidates(p, context));
        if (p.outdegree == 0) return 0.0;
        if (!p.allow_multapses) return outdegree / targets;
        return 1.0 - math::pow(1.0 - 1.0 / targets, outdegree);
    }

    static void check(const Parameters& p, const RuleContext& context,
                      std::vector<std::string>& problems) {
        const auto outdegree = static_cast<std::uint64_t>(p.outdegree);
        const std::string given = "outdegree = " + std::to_string(outdegree);
        const std::uint64_t targets = candidates(p, context);
        if (outdegree > 0 && targets == 0)
            problems.push_back(given + " (the target has no neuron to draw). Use a larger target");
        else if (!p.allow_multapses && outdegree > targets)
            problems.push_back(given + " (only " + std::to_string(targets) +
                               " targets are there and allow_multapses is false). Lower outdegree "
                               "or allow multapses");
        else if (outdegree > most_to_split / context.source_size)
            problems.push_back(given + " (" + std::to_string(context.source_size) +
                               " sources would have more than 2^40 synapses). Split the "
                               "projection");
    }
};

}  // namespace engram
