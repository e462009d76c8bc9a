// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/register_info.hpp"
#include "models/rule.hpp"

namespace engram {

template <class Model>
class RuleSourcesOf final : public RuleSources {
public:
    RuleSourcesOf(const Numbers& values, const RuleContext& context) : context_(context) {
        for (const auto& [key, value] : values)
            set_field(parameters_, Model::parameter_fields, key, value);
    }
    void append(NodeIndex target, RuleDraws& draws, std::vector<NodeIndex>& out) const override {
        Model::sources(parameters_, context_, target, draws,
                       [&out](NodeIndex s) { out.push_back(s); });
    }

private:
    typename Model::Parameters parameters_;
    RuleContext context_;
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
    if constexpr (requires(const Settings& p, const RuleContext& context, RuleDraws& draws,
                           void (*connect)(NodeIndex)) {
                      Model::sources(p, context, NodeIndex{}, draws, connect);
                  })
        info.make_rule = [](const Numbers& values,
                            const RuleContext& context) -> std::unique_ptr<RuleSources> {
            return std::make_unique<RuleSourcesOf<Model>>(values, context);
        };
    registry.add(std::move(info));
}

}  // namespace engram
