// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tuple>

#include "state/synapses.hpp"

namespace engram {

/// The variables of a model of short-term plasticity. They change with the spikes of the source
/// alone, so that all synapses of a source share them.
template <class Model>
class ShortTermDynamics final : public PreDynamics {
    using Source = typename Model::Source;
    static_assert(std::tuple_size_v<decltype(Model::source_fields)> <= most);

public:
    ShortTermDynamics(const typename Model::Parameters& p, double resolution)
        : parameters_(p), resolution_(resolution) {}

    [[nodiscard]] std::vector<std::string> names() const override {
        std::vector<std::string> result;
        for (const auto& field : describe_fields(Model::source_fields))
            result.push_back(field.name);
        return result;
    }
    [[nodiscard]] Values initial() const override { return to_values(Model::initial(parameters_)); }
    double advance(Values& values, Step last, Step now) const override {
        Source source;
        std::size_t i = 0;
        for_each_field(Model::source_fields,
                       [&](const auto& f) { source.*(f.member) = values[i++]; });
        const double interval = static_cast<double>(now - last) * resolution_;
        const double share = Model::transmit(source, parameters_, interval, last == 0);
        values = to_values(source);
        return share;
    }

private:
    static Values to_values(const Source& source) {
        Values values{};
        std::size_t i = 0;
        for_each_field(Model::source_fields,
                       [&](const auto& f) { values[i++] = source.*(f.member); });
        return values;
    }

    typename Model::Parameters parameters_;
    double resolution_;
};

/// The SynapseDriver of a model file in src/models/synapses with short-term plasticity.
template <class Model>
class ShortTermPlasticity final : public SynapseDriver {
public:
    [[nodiscard]] std::unique_ptr<SynapseKernel> make_kernel(
        const Numbers&, const Setting& setting) const override {
        return make_short_term_kernel(setting.weights);
    }
    [[nodiscard]] std::unique_ptr<const PreDynamics> make_pre_dynamics(
        const Numbers& common, double resolution) const override {
        return std::make_unique<ShortTermDynamics<Model>>(parameters_of<Model>(common), resolution);
    }
    [[nodiscard]] bool learns() const override { return false; }
};

}  // namespace engram
