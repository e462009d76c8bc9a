// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/register_info.hpp"
#include "models/rule.hpp"

namespace engram {

/// Whether a rule first plans what its targets share: `struct Plan`.
template <class Model>
concept HasPlan = requires {
    typename Model::Plan;
};

/// Whether a rule draws the sources of a target from the target's own numbers alone.
template <class Model>
concept HasSources = requires(const typename Model::Parameters& p, const RuleContext& context,
                              RuleDraws& draws, void (*connect)(NodeIndex)) {
    Model::sources(p, context, NodeIndex{}, draws, connect);
};

struct NoPlan {};
template <class Model>
struct PlanOf {
    using type = NoPlan;
};
template <HasPlan Model>
struct PlanOf<Model> {
    using type = typename Model::Plan;
};

template <class Model>
class RuleSourcesOf final : public RuleSources {
public:
    RuleSourcesOf(const Numbers& values, const RuleContext& context) : context_(context) {
        for (const auto& [key, value] : values)
            set_field(parameters_, Model::parameter_fields, key, value);
    }
    void prepare(const RuleRange& range) override {
        if constexpr (HasPlan<Model>) {
            plan_.reset();  // before there is more
            plan_.emplace(parameters_, context_, range);
        }
    }
    void append(NodeIndex target, RuleDraws& draws, std::vector<NodeIndex>& out) override {
        const auto connect = [&out](NodeIndex s) { out.push_back(s); };
        if constexpr (HasPlan<Model>) plan_->sources(target, draws, connect);
        else Model::sources(parameters_, context_, target, draws, connect);
    }
    [[nodiscard]] std::optional<double> chance() const override {
        if constexpr (requires { Model::chance(parameters_, context_); })
            return Model::chance(parameters_, context_);
        else return std::nullopt;
    }

private:
    typename Model::Parameters parameters_;
    RuleContext context_;
    std::optional<typename PlanOf<Model>::type> plan_;
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
    if constexpr (HasPlan<Model> || HasSources<Model>)
        info.make_rule = [](const Numbers& values,
                            const RuleContext& context) -> std::unique_ptr<RuleSources> {
            return std::make_unique<RuleSourcesOf<Model>>(values, context);
        };
    registry.add(std::move(info));
}

}  // namespace engram
