// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "models/register_info.hpp"
#include "state/neuron_block_of.hpp"

namespace engram {

template <class Model>
class NeuronModelOf final : public NeuronModel {
public:
    [[nodiscard]] std::unique_ptr<NeuronBlock> make_block(
        std::size_t size, double resolution,
        const std::vector<ParameterColumn>& columns) const override {
        return std::make_unique<NeuronBlockOf<Model>>(size, resolution, columns);
    }
    [[nodiscard]] std::size_t receptors() const override { return std::size(Model::receptors); }
    [[nodiscard]] std::size_t receptor_of(double weight) const override {
        if constexpr (requires { Model::receptor(weight); }) return Model::receptor(weight);
        // Excitatory, inhibitory. An inhibitory weight that learned to be zero is -0.0.
        else return std::size(Model::receptors) > 1 && std::signbit(weight) ? 1 : 0;
    }
};

/// What neurons onto which synapses learn have besides the parameters in their lists: only some
/// rules ask for it, and no model's update() does.
inline void add_triplet_parameter(ModelInfo& info) {
    if (info.parameter("tau_minus") == nullptr || info.parameter("tau_minus_triplet") != nullptr)
        return;
    info.parameters.push_back({"tau_minus_triplet", "ms",
                               "time constant of the slower post-synaptic trace that plastic "
                               "synapses with triplets use",
                               FieldType::real, positive, 110.0});
}

template <class Model>
void register_neuron(Registry& registry, const char* name) {
    ModelInfo info = describe<Model>(ModelKind::neuron, name);
    add_triplet_parameter(info);
    info.states = describe_fields(Model::state_fields);
    info.receptors.assign(Model::receptors.begin(), Model::receptors.end());
    info.input_unit = Model::input_unit;
    info.takes_current = NeuronBlockOf<Model>::takes_current;
    info.spikes_from_files = requires { Model::spikes_from_files; };
    using Settings = typename Model::Parameters;
    if constexpr (requires(const Settings& p, std::vector<std::string>& problems) {
                      Model::check(p, problems);
                  })
        info.check = [](const Numbers& values, std::vector<std::string>& problems) {
            Settings p;
            for (const auto& [key, value] : values)
                set_field(p, Model::parameter_fields, key, value);
            Model::check(p, problems);
        };
    registry.add(std::move(info), std::make_shared<const NeuronModelOf<Model>>());
}

}  // namespace engram
