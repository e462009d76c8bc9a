// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/register_info.hpp"
#include "models/rule.hpp"

namespace engram {

/// Whether a rule shares a total number of synapses among the targets.
template <class Model>
inline constexpr bool has_total = requires(const typename Model::Parameters& p) {
    Model::total(p);
};

template <class Model>
class RuleSourcesOf final : public RuleSources {
public:
    RuleSourcesOf(const Numbers& values, const RuleContext& context) : context_(context) {
        for (const auto& [key, value] : values)
            set_field(parameters_, Model::parameter_fields, key, value);
    }
    void prepare(const RuleRange& range) override {
        if constexpr (has_total<Model>) {
            begin_ = range.begin;
            counts_ = split_total(Model::total(parameters_), context_.target_size, range);
        }
    }
    void append(NodeIndex target, RuleDraws& draws, std::vector<NodeIndex>& out) const override {
        const auto connect = [&out](NodeIndex s) { out.push_back(s); };
        if constexpr (has_total<Model>)
            Model::sources(parameters_, context_, target, counts_[target - begin_], draws, connect);
        else Model::sources(parameters_, context_, target, draws, connect);
    }

private:
    typename Model::Parameters parameters_;
    RuleContext context_;
    NodeIndex begin_ = 0;                ///< of the range, for rules with a total
    std::vector<std::uint64_t> counts_;  ///< of its targets
};

template <class Model>
void register_rule(Registry& registry, const char* name) {
    using Settings = typename Model::Parameters;
    ModelInfo info = describe<Model>(ModelKind::rule, name);
    if constexpr (requires(const Settings& p, const RuleContext& context,
                           std::vector<std::string>& problems) {
                      Model::check(p, context, problems);
                  })
        info.check_rule = [](const Numbers& values, const RuleContext& context,
                             std::vector<std::string>& problems) {
            Settings p;
            for (const auto& [key, value] : values)
                set_field(p, Model::parameter_fields, key, value);
            Model::check(p, context, problems);
        };
    if constexpr (has_total<Model> || requires(const Settings& p, const RuleContext& context,
                                               RuleDraws& draws, void (*connect)(NodeIndex)) {
                      Model::sources(p, context, NodeIndex{}, draws, connect);
                  })
        info.make_rule = [](const Numbers& values,
                            const RuleContext& context) -> std::unique_ptr<RuleSources> {
            return std::make_unique<RuleSourcesOf<Model>>(values, context);
        };
    registry.add(std::move(info));
}

}  // namespace engram
