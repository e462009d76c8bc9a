// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <filesystem>
#include <string>

#include "engram/engram.hpp"

#include "models/registry.hpp"

/// Networks that grow after they have run.
namespace engram::test {

inline constexpr double growing_step = 0.1;  // ms

/// Plastic and static synapses, with delays up to 8 ms.
inline NetworkDescription small() {
    NetworkDescription d;
    d.resolution = growing_step;
    d.seed = 21;
    d.population("E", "iaf_psc_delta", 23, {{"V_m", normal(-62.0, 4.0)}});
    d.population("I", "iaf_psc_exp", 9);
    d.population("one", "iaf_psc_delta", 1);
    d.copy_model("stdp_synapse_hom", "e_syn", {{"Wmax", 3.0}, {"lambda", 0.05}});
    d.device("drive", "poisson_generator", {{"rate", 3000.0}});
    d.connect("drive", {"E", "one"}, all_to_all(), {.weight = 1.0, .delay = 1.0});
    d.connect("E", {"E"}, fixed_indegree(7), {"e_syn", uniform(0.2, 2.0), uniform(1.5, 8.0)});
    d.connect("E", {"I", "one"}, fixed_indegree(12),
              {.weight = uniform(0.0, 60.0), .delay = uniform(1.5, 8.0)});
    d.connect("one", {"E"}, all_to_all(), {.weight = 0.25, .delay = 2.0}, "ones");
    d.recorder("spikes", "spike_recorder", {"E", "one"});
    d.recorder("meter", "multimeter", {"E", "I"}, {{"interval", 0.7}, {"start", 3.0}});
    d.recorder("weights", "weight_recorder", {"E_to_E", "E_to_I"});
    d.recorder("kept", "spike_recorder", {"E"}, {{"record_to", "memory"}});
    return d;
}

/// Parts of their own, and a recorder of old neurons.
inline void add_apart(NetworkDescription& d) {
    d.population("apart", "iaf_psc_delta", 4, {{"I_e", 600.0}, {"V_m", uniform(-70.0, -60.0)}});
    d.device("more", "poisson_generator", {{"rate", 900.0}});
    d.connect("more", {"apart"}, all_to_all(), {.weight = 0.7, .delay = 1.0});
    d.recorder("late", "voltmeter", {"I", "apart"}, {{"interval", 0.3}});
    d.recorders[0].from.insert(d.recorders[0].from.begin(), "apart");
}

/// A synapse model, or a copy of it that lets weights grow.
inline std::string with_bound(NetworkDescription& d, const ModelInfo& synapse) {
    if (synapse.parameter("Wmax") == nullptr) return synapse.name;
    d.copy_model(synapse.name, "my_" + synapse.name, {{"Wmax", 3.0}});
    return "my_" + synapse.name;
}

/// Every synapse model between old and new neurons, and onto old ones that had others of the same
/// model; longer and shorter delays; all that devices send.
inline void add_everything(NetworkDescription& d, const std::string& name) {
    d.population(name, "iaf_psc_delta", 5, {{"V_m", normal(-60.0, 3.0)}});
    const Registry registry = builtin_models();
    d.connect("E", {"E", name}, fixed_indegree(3),
              {"e_syn", uniform(0.2, 2.0), uniform(0.5, 20.0)});
    for (const auto& model : registry.names(ModelKind::synapse)) {
        NetworkDescription copies;
        const std::string own = with_bound(copies, *registry.find(ModelKind::synapse, model));
        const bool there = std::any_of(d.synapse_models.begin(), d.synapse_models.end(),
                                       [&](const auto& m) { return m.name == own; });
        if (!there && !copies.synapse_models.empty())
            d.synapse_models.push_back(copies.synapse_models.front());
        d.connect("E", {name}, fixed_indegree(4), {own, uniform(0.2, 1.0), uniform(0.5, 20.0)});
        d.connect(name, {"one", "E"}, fixed_indegree(2), {own, uniform(0.2, 1.0), 12.5});
    }
    const auto device = [&](const char* model, const Parameters& parameters, double weight) {
        const std::string added = d.device(name + "_" + model, model, parameters);
        d.connect(added, {"E", name}, all_to_all(), {.weight = weight, .delay = uniform(0.1, 9.0)});
    };
    device("poisson_generator", {{"rate", 800.0}}, 1.0);
    device("dc_generator", {{"amplitude", 60.0}}, 1.0);
    device("noise_generator", {{"std", 150.0}, {"dt", 1.3}}, 0.7);
    d.recorders[0].from.push_back(name);
    d.recorders[1].from.push_back(name);
    d.recorders[2].from.push_back("E_to_" + name);
    d.recorders[3].from.push_back(name);
    d.recorder(name + "_meter", "multimeter", {"E", name}, {{"interval", 0.4}});
}

inline RunOptions options_of(int threads, const std::filesystem::path& output = {}) {
    RunOptions options;
    options.threads = threads;
    options.output = output.string();
    if (!output.empty()) options.checkpoints = CheckpointOptions{};
    return options;
}

}  // namespace engram::test
