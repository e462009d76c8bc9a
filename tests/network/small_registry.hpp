// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/devices/dc_generator.hpp"
#include "models/devices/inhomogeneous_poisson_generator.hpp"
#include "models/devices/noise_generator.hpp"
#include "models/devices/poisson_generator.hpp"
#include "models/devices/spike_generator.hpp"
#include "models/devices/step_current_generator.hpp"
#include "models/recorders/multimeter.hpp"
#include "models/recorders/spike_recorder.hpp"
#include "models/recorders/voltmeter.hpp"
#include "models/recorders/weight_recorder.hpp"
#include "models/register_device.hpp"
#include "models/register_recorder.hpp"
#include "models/register_rule.hpp"
#include "models/rules/all_to_all.hpp"
#include "models/rules/explicit_list.hpp"
#include "models/rules/fixed_indegree.hpp"
#include "models/rules/one_to_one.hpp"

namespace engram::test {

inline FieldInfo real(const char* name, const char* unit, Bounds bounds, double default_value) {
    return {name, unit, "doc of " + std::string(name), FieldType::real, bounds, default_value};
}

inline ModelInfo small_neuron() {
    ModelInfo info;
    info.name = "iaf_psc_delta";
    info.kind = ModelKind::neuron;
    info.doc = "a neuron";
    info.source = "a paper";
    info.parameters = {real("tau_m", "ms", positive, 10.0),
                       real("V_th", "mV", any_value, -55.0),
                       real("V_reset", "mV", any_value, -70.0),
                       real("V_min", "mV", any_value, -infinity),
                       real("tau_minus", "ms", positive, 20.0),
                       {"order", "", "doc of order", FieldType::integer, not_negative, 1.0},
                       {"refractory_input", "", "doc", FieldType::boolean, any_value, 0.0}};
    info.states = {real("V_m", "mV", any_value, -70.0)};
    info.receptors = {"spikes"};
    info.input_unit = "mV";
    info.takes_current = true;
    info.check = [](const Numbers& values, std::vector<std::string>& problems) {
        if (values.at("V_reset") >= values.at("V_th"))
            problems.emplace_back("V_reset (must be below V_th)");
    };
    return info;
}

/// Models in the way of the built-in ones, but independent of those of neurons and synapses.
/// The rules need `struct`: functions of the same names make descriptions of them.
inline Registry small_registry() {
    Registry registry;
    registry.add(small_neuron());
    ModelInfo parrot;
    parrot.name = "parrot_neuron";
    parrot.receptors = {"repeated", "ignored"};
    registry.add(parrot);
    ModelInfo synapse;
    synapse.kind = ModelKind::synapse;
    synapse.name = "static_synapse";
    registry.add(synapse);
    synapse.name = "stdp_synapse_hom";
    synapse.plastic = true;
    synapse.parameters = {real("Wmax", "mV", any_value, 100.0), real("lambda", "", positive, 0.01)};
    registry.add(synapse);
    register_rule<struct all_to_all>(registry, "all_to_all");
    register_rule<struct explicit_list>(registry, "explicit_list");
    register_rule<struct fixed_indegree>(registry, "fixed_indegree");
    register_rule<struct one_to_one>(registry, "one_to_one");
    register_device<dc_generator>(registry, "dc_generator");
    register_device<inhomogeneous_poisson_generator>(registry, "inhomogeneous_poisson_generator");
    register_device<noise_generator>(registry, "noise_generator");
    register_device<poisson_generator>(registry, "poisson_generator");
    register_device<step_current_generator>(registry, "step_current_generator");
    register_device<spike_generator>(registry, "spike_generator");
    register_recorder<multimeter>(registry, "multimeter");
    register_recorder<spike_recorder>(registry, "spike_recorder");
    register_recorder<voltmeter>(registry, "voltmeter");
    register_recorder<weight_recorder>(registry, "weight_recorder");
    return registry;
}

}  // namespace engram::test
